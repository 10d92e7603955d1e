import { Inject, Injectable } from '@nestjs/common';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { PassportStatus } from '../../../core/passport/passport.entity.js';
import { PlatformTypes } from '../platform-types.js';

/** How many passports of a type have each status; null if too few to appear in the statistics. */
export interface TypeCount {
  readonly type: string;
  readonly active: number | null;
  readonly archived: number | null;
  readonly deleted: number | null;
}

/** Counts per type, and how they were obtained. */
export interface RegistryCounts {
  /**
   * `exact` for a registry of at most 10,000 passports, which are counted. `statistics` for a
   * larger one: shares of the random sample taken by ANALYZE, times the estimated number of rows.
   */
  readonly basis: 'exact' | 'statistics';
  /** When the statistics were taken; null if they never were. */
  readonly asOf: Date | null;
  readonly items: readonly TypeCount[];
}

/** Counts passports by type without scanning the registry, and without a counter to contend for. */
@Injectable()
export class RegistryCounter {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
  ) {}

  async counts(): Promise<RegistryCounts> {
    requireUnrestricted('RegistryCounter.counts');
    const exact = await this.database.rows(countFew);
    const counted = exact.reduce((sum, [, , count]) => sum + Number(count), 0);
    if (counted <= maxCounted) return this.#report('exact', new Date(), exact, 0);
    const rows = await this.database.rows(estimate);
    const asOf = (rows[0]?.[3] ?? null) as Date | null;
    return this.#report('statistics', asOf, rows, null);
  }

  async #report(
    basis: RegistryCounts['basis'],
    asOf: Date | null,
    rows: readonly (readonly unknown[])[],
    missing: 0 | null,
  ): Promise<RegistryCounts> {
    const known = new Map(rows.map(([type, status, n]) => [`${type} ${status}`, Number(n)]));
    const items = (await this.types.all()).map(({ id, name }) => {
      const of = (status: PassportStatus) => known.get(`${id} ${status}`) ?? missing;
      return { type: name, active: of('active'), archived: of('archived'), deleted: of('deleted') };
    });
    return { basis, asOf, items };
  }
}

const maxCounted = 10_000;

/** Reads one row more than the maximum to count, then stops. */
const countFew = statement(
  `SELECT platform_type_id, status, count(*)
   FROM (SELECT platform_type_id, status FROM dual_id.passports LIMIT ${maxCounted + 1}) few
   GROUP BY 1, 2`,
);

/** The most common pairs of type and status in the extended statistics of the schema. */
const estimate = statement(
  'SELECT kind, passport_status, passports, taken_at FROM dual_id.estimate_passports()',
);
