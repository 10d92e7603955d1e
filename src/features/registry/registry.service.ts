import { Inject, Injectable } from '@nestjs/common';
import { currentOwner } from '../../core/access/access-context.js';
import { problem } from '../../core/errors/problem.js';
import type { PublicId } from '../../core/ids/ids.js';
import type { PassportStatus } from '../../core/passport/passport.entity.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type { ScopedStatement, WriteScoped } from '../../core/reading/scoped-statement.js';
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

/** Asks the registry about public ids; those of other owners do not exist for restricted work. */
@Injectable()
export class RegistryService {
  readonly #findTypes: ScopedStatement;

  constructor(
    @Inject(PassportScope) scope: PassportScope,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(EntityAddresses) private readonly addresses: EntityAddresses,
  ) {
    this.#findTypes = scope.statement(findTypes);
  }

  /** Resolves a public id; `not_found` if there never was one, `gone` for a deleted entity. */
  async resolve(uuid: PublicId<Passport>): Promise<Resolution> {
    if (currentOwner() !== undefined) return this.#resolveOwn(uuid);
    const { type, status } = await this.repositories.of(Passport).get(PassportView, uuid);
    if (status === 'deleted') throw problem('gone');
    return { uuid, type, status, href: this.addresses.of(type, uuid) };
  }

  async #resolveOwn(uuid: PublicId<Passport>): Promise<Resolution> {
    const [found] = await this.resolveMany([uuid]);
    const { code, type, status, href } = found!;
    if (code === 410) throw problem('gone');
    if (type === null || status === null) throw problem('not_found');
    return { uuid, type, status, href };
  }

  /** Resolves many public ids in one query, in their order, each on its own. */
  async resolveMany(uuids: readonly PublicId<Passport>[]): Promise<BatchResolution[]> {
    const rows = await this.#findTypes.rows([uuids]);
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

const findTypes: WriteScoped = {
  values: 1,
  text: (andExists) =>
    `SELECT p.uuid, t.name, p.status
     FROM dual_id.passports p JOIN dual_id.platform_types t ON t.id = p.platform_type_id
     WHERE p.uuid = ANY($1::uuid[])${andExists('p')}`,
};
