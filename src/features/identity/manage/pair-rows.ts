import type { Database } from '../../../core/database/database.js';
import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { problem } from '../../../core/errors/problem.js';
import type { JoinTableName } from '../entities/join-tables.js';
import { joinColumns } from '../entities/join-tables.js';
import type { Pair } from './pairs.js';

/** Writes the join tables, by public ids. */
export class PairRows {
  constructor(private readonly database: Database) {}

  /** Returns false if the pair is there already. */
  async add({ table, uuids }: Pair): Promise<boolean> {
    const [near, far] = joinColumns[table];
    if (near === 'principal_id') await this.#holdPrincipal(uuids[0]);
    const [row] = await this.database.rows(addPair[table], uuids);
    const [hasNear, hasFar, isAdded] = row as [boolean, boolean, boolean];
    if (!hasNear || !hasFar) throw notFound(hasNear ? far : near);
    return isAdded;
  }

  /** Returns false if there is no such pair. */
  async remove({ table, uuids }: Pair): Promise<boolean> {
    return (await this.database.execute(removePair[table], uuids)) > 0;
  }

  /** Whoever is being deleted is waited for, and one who was gets no rights. */
  async #holdPrincipal(uuid: string): Promise<void> {
    const [passport] = await this.database.rows(holdPairPrincipal, [[uuid]]);
    if (passport?.[0] !== 'deleted') return;
    throw problem('gone', { detail: 'The principal was deleted.' });
  }
}

type JoinColumn = (typeof joinColumns)[JoinTableName][number];

const pairWords: Record<JoinColumn, string> = {
  principal_id: 'principal',
  group_uuid: 'group',
  role_uuid: 'role',
  permission_uuid: 'permission',
};

function notFound(column: JoinColumn): Error {
  return problem('not_found', { detail: `There is no such ${pairWords[column]}.` });
}

const pairTables = {
  group_uuid: 'dual_id.groups',
  role_uuid: 'dual_id.roles',
  permission_uuid: 'dual_id.permissions',
};

const holdPairPrincipal = statement('SELECT dual_id.hold_passports($1::uuid[])', 'write');

const addPair = forEachTable(
  (table, near, far) => `WITH near AS (${keyOf(near, '$1')}), far AS (${keyOf(far, '$2')}),
     added AS (
       INSERT INTO dual_id.${table} (${near}, ${far}) SELECT near.key, far.key FROM near, far
       ON CONFLICT DO NOTHING RETURNING 1)
   SELECT EXISTS (SELECT FROM near), EXISTS (SELECT FROM far), EXISTS (SELECT FROM added)`,
);

const removePair = forEachTable(
  (table, near, far) => `DELETE FROM dual_id.${table}
   WHERE ${near} = (${keyOf(near, '$1')}) AND ${far} = (${keyOf(far, '$2')})`,
);

function forEachTable(
  textOf: (table: string, near: JoinColumn, far: JoinColumn) => string,
): Record<JoinTableName, Statement> {
  const statements = Object.entries(joinColumns).map(([table, [near, far]]) => [
    table,
    statement(textOf(table, near, far)),
  ]);
  return Object.fromEntries(statements) as Record<JoinTableName, Statement>;
}

/** A principal's key is its internal id, which stays in the database. */
function keyOf(column: JoinColumn, uuid: string): string {
  if (column !== 'principal_id')
    return `SELECT t.uuid AS key FROM ${pairTables[column]} t WHERE t.uuid = ${uuid}`;
  return `SELECT p.entity_id AS key FROM dual_id.passports p WHERE p.uuid = ${uuid}
    AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i)`;
}
