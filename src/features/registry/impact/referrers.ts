import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../../../core/database/data-source.provider.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { entityWords } from '../../../core/entity/entity-words.js';
import { DualIdError } from '../../../core/errors/dual-id-error.js';
import { problem } from '../../../core/errors/problem.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { EnrolledTable, ForeignKeyFact, ForeignKeys } from './foreign-keys.js';
import { ForeignKeyReader } from './foreign-keys.js';
import type { ImpactItem } from './impact-report.js';
import { countOf, impactLimits, isCapped } from './impact-report.js';
import { propertyOf } from './outward-names.js';

/** A table, and the column holding the public ids to look for. */
type ReferrerTarget = Pick<EnrolledTable, 'table' | 'uuidColumn'>;

type TypeNames = ReadonlyMap<number, string>;

/** Counts the rows that refer to an entity by foreign key, to its row or to its passport. */
@Injectable()
export class Referrers {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(ForeignKeyReader) private readonly foreignKeys: ForeignKeyReader,
  ) {}

  async of(uuid: string, type: string): Promise<readonly ImpactItem[]> {
    const names = new Map(
      (await this.database.rows(platformTypeNames)) as unknown as [number, string][],
    );
    const keys = await this.foreignKeys.read();
    const items: ImpactItem[] = [];
    for (const fact of keys.references) {
      const target = targetOf(fact, keys, (number) => names.get(number) === type);
      if (!target) continue;
      const own = keys.enrolled.get(fact.table);
      const [row] = await this.database
        .rows(statement(referrersOf(fact, own, target)), [uuid])
        .catch((error: unknown) => refuseHiddenTable(error, fact.table));
      const [rows, examples] = row as [number, readonly string[]];
      if (rows > 0) items.push({ ...this.#described(fact, names), ...counted(rows), examples });
    }
    return items;
  }

  #described(fact: ForeignKeyFact, names: TypeNames) {
    const named = fact.type === null ? undefined : names.get(fact.type);
    return {
      kind: fact.pointsAtPassports ? ('link' as const) : ('reference' as const),
      type: named ?? entityWords(this.dataSource, fact),
      through: propertyOf(this.dataSource, fact),
      effect: effectOfAction[fact.onDelete] ?? 'blocks',
    };
  }
}

/** A table is never skipped: a delete that it blocks would be reported as harmless. */
function refuseHiddenTable(error: unknown, table: string): never {
  const cause = error instanceof DualIdError ? error.details.cause : undefined;
  if ((cause as { code?: unknown } | undefined)?.code !== '42501') throw error;
  const lack = 'may not read a table that refers to entities';
  new Logger('DualId').error(`The role of the application ${lack}: GRANT SELECT ON ${table}.`);
  const detail = `The role of the application ${lack}, which is named in the log: grant it SELECT.`;
  throw problem('setup_refused', { detail, cause });
}

const effectOfAction: Readonly<Record<string, ImpactItem['effect']>> = {
  c: 'cascades',
  n: 'clears',
  d: 'clears',
};

const platformTypeNames = statement('SELECT id, name FROM dual_id.platform_types');

function counted(rows: number): Pick<ImpactItem, 'count' | 'capped'> {
  return { count: countOf(rows), capped: isCapped(rows) };
}

/** The table a key points to if it holds the entity: its passport, or a row of its type. */
function targetOf(
  fact: ForeignKeyFact,
  { enrolled }: ForeignKeys,
  isOfType: (type: number) => boolean,
): ReferrerTarget | undefined {
  if (fact.pointsAtPassports) return { table: fact.target, uuidColumn: 'uuid' };
  const table = enrolled.get(fact.target);
  return table && isOfType(table.type) ? table : undefined;
}

/** Referring rows; in an enrolled table only living ones, without the entity itself. */
function referrersOf(
  { table, columns, targetColumns }: ForeignKeyFact,
  own: EnrolledTable | undefined,
  target: ReferrerTarget,
): string {
  const uuid = own ? `r.${quoteIdentifier(own.uuidColumn)}` : 'NULL::uuid';
  const alive = own
    ? `JOIN dual_id.passports p ON p.uuid = ${uuid} AND p.status <> 'deleted' AND p.uuid <> $1`
    : '';
  const on = columns.map(
    (column, at) => `r.${quoteIdentifier(column)} = t.${quoteIdentifier(targetColumns[at]!)}`,
  );
  return `SELECT count(*)::int,
      coalesce(to_json((array_remove(array_agg(uuid), NULL))[1:${impactLimits.examples}]), '[]')
    FROM (SELECT ${uuid} AS uuid FROM ${target.table} t JOIN ${table} r ON ${on.join(' AND ')}
      ${alive} WHERE t.${quoteIdentifier(target.uuidColumn)} = $1
      LIMIT ${impactLimits.counted + 1}) referrers`;
}
