import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { problem } from '../../core/errors/problem.js';
import type { PublicId } from '../../core/ids/ids.js';
import type { PassportStatus } from '../../core/passport/passport.entity.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Repositories } from '../../core/repository/repositories.js';
import { EntityAddresses } from './entity-addresses.js';
import { PassportView } from './passport.view.js';

/** What a public id is, and where the API keeps it. */
export interface Resolution {
  readonly uuid: PublicId<Passport>;
  readonly type: string;
  readonly status: PassportStatus;
  readonly href: string | null;
}

/** What one of many public ids is; `code` is the status a request for it alone would return. */
export interface BatchResolution {
  readonly uuid: PublicId<Passport>;
  readonly code: 200 | 404 | 410;
  readonly type: string | null;
  readonly status: PassportStatus | null;
  readonly href: string | null;
}

/** Asks the registry about public ids. */
@Injectable()
export class RegistryService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(EntityAddresses) private readonly addresses: EntityAddresses,
  ) {}

  /** Resolves a public id; `not_found` if there never was one, `gone` for a deleted entity. */
  async resolve(uuid: PublicId<Passport>): Promise<Resolution> {
    const { type, status } = await this.repositories.of(Passport).get(PassportView, uuid);
    if (status === 'deleted') throw problem('gone');
    return { uuid, type, status, href: this.addresses.of(type, uuid) };
  }

  /** Resolves many public ids in one query, in their order, each on its own. */
  async resolveMany(uuids: readonly PublicId<Passport>[]): Promise<BatchResolution[]> {
    const rows = await this.database.rows(findTypes, [uuids]);
    const known = new Map(rows.map(([uuid, ...rest]) => [uuid as string, rest]));
    return uuids.map((uuid) => {
      const [type, status] = (known.get(uuid) ?? []) as [string?, PassportStatus?];
      const code = status === 'deleted' ? 410 : 404;
      if (!type || !status || status === 'deleted') {
        return { uuid, code, type: null, status: null, href: null };
      }
      return { uuid, code: 200, type, status, href: this.addresses.of(type, uuid) };
    });
  }
}

const findTypes = statement(
  `SELECT p.uuid, t.name, p.status
   FROM dual_id.passports p JOIN dual_id.platform_types t ON t.id = p.platform_type_id
   WHERE p.uuid = ANY($1::uuid[])`,
);
