import { Inject, Injectable } from '@nestjs/common';
import { currentOwner } from '../../core/access/access-context.js';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { problem } from '../../core/errors/problem.js';
import type { PassportStatus } from '../../core/passport/passport.entity.js';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type { ScopedStatement, WriteScoped } from '../../core/reading/scoped-statement.js';

/** A living entity with its passport's id, which must not leave the process. */
export interface Entity {
  readonly id: string;
  readonly uuid: string;
  /** Name of the platform type, such as `order`. */
  readonly type: string;
  readonly status: Exclude<PassportStatus, 'deleted'>;
}

/** Finds living entities by public id, of those that exist for the running work. */
@Injectable()
export class Entities {
  readonly #find: ScopedStatement;
  readonly #count: ScopedStatement;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PassportScope) scope: PassportScope,
  ) {
    this.#find = scope.statement(findEntity);
    this.#count = scope.statement(countEntities);
  }

  /** The entity with a public id; `not_found` if there never was one, `gone` if it was deleted. */
  async get(uuid: string): Promise<Entity> {
    const [row] = await this.#find.rows([uuid]);
    if (!row) throw problem('not_found');
    const [id, type, status] = row as [string, string, Entity['status'] | 'deleted'];
    if (status === 'deleted') throw problem('gone');
    return { id, uuid, type, status };
  }

  /**
   * Throws `not_found` unless all of these entities, each named once, exist for restricted work. It
   * reads nothing for other work.
   */
  async requireOwn(uuids: readonly string[]): Promise<void> {
    if (currentOwner() === undefined) return;
    const [row] = await this.#count.rows([uuids]);
    if ((row![0] as number) < uuids.length) throw problem('not_found');
  }

  /**
   * Ensures that none of these entities is deleted before the transaction ends. Locks them in
   * passport order, so that two transactions do not deadlock.
   */
  async hold(uuids: readonly string[]): Promise<void> {
    const wanted = [...new Set(uuids)];
    await this.requireOwn(wanted);
    const rows = await this.database.rows(holdEntities, [wanted]);
    if (rows.length < wanted.length) throw problem('not_found');
    if (rows.some(([status]) => status === 'deleted')) throw problem('gone');
  }
}

const findEntity: WriteScoped = {
  values: 1,
  text: (andExists) =>
    `SELECT p.id, t.name, p.status
     FROM dual_id.passports p JOIN dual_id.platform_types t ON t.id = p.platform_type_id
     WHERE p.uuid = $1${andExists('p')}`,
};

const countEntities: WriteScoped = {
  values: 1,
  text: (andExists) =>
    `SELECT count(*)::integer FROM dual_id.passports p
     WHERE p.uuid = ANY($1::uuid[])${andExists('p')}`,
};

const holdEntities = statement('SELECT status FROM dual_id.hold_passports($1) AS status', 'write');
