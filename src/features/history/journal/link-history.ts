import type { EntityMetadata } from 'typeorm';
import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import { problem } from '../../../core/errors/problem.js';
import { cutPage } from '../../../core/page/cut-page.js';
import type { Page } from '../../../core/page/page.js';
import { nameOf, tableOf } from '../../../core/sql/entity-names.js';
import { quoteText } from '../../../core/sql/quoting.js';
import type { Junction } from '../../../core/view/junction.js';
import type { HistoryRequest } from './history-request.js';
import { limitOf } from './history-request.js';
import type { JournalParts } from './journal-parts.js';
import { fromTable, notLogged, recordSql } from './record.js';

/** A link that was added to or removed from an entity. */
export interface LinkVersion {
  readonly operation: 'added' | 'removed';
  /** The public id of the other side. */
  readonly uuid: string | null;
  readonly changedAt: Date;
  readonly actorUuid: string | null;
}

/** One page of who linked an entity with others, and when, the newest first. */
export async function readLinks(
  { database, cipher }: JournalParts,
  entity: EntityMetadata,
  junction: Junction,
  request: HistoryRequest & { readonly address: string },
): Promise<Page<LinkVersion>> {
  const limit = limitOf(request);
  const { address, after } = request;
  const table = junction.table.tableName;
  const question = JSON.stringify(['links', table, junction.near.databaseName, address]);
  const below = after === undefined ? [] : cipher.open(after, question);
  const found = linkChangesStatement(entity, junction, below.length > 0);
  const rows = await database.rows(found, [address, limit + 1, ...below]);
  const [first] = rows;
  if (!first) throw notLogged(junction.table);
  if (first[0] === null) throw problem('not_found');
  if (first[1] !== true) throw withoutRelated(junction);
  const changes = rows
    .map((row) => row.slice(2) as unknown as LinkRow)
    .filter(([id]) => id !== null);
  const { shown, last } = cutPage(changes, limit);
  return {
    items: shown.map(([, operation, changedAt, actorUuid, uuid]) => ({
      operation: operation === 'I' ? 'added' : 'removed',
      uuid,
      changedAt,
      actorUuid,
    })),
    nextCursor: last ? cipher.seal([last[0]!], question) : null,
  };
}

type LinkRow = readonly [string | null, string, Date, string | null, string | null];

/** A row names one side by its integer and the other by its public id; either may be asked for. */
function linkChangesStatement(
  entity: EntityMetadata,
  junction: Junction,
  isBelow: boolean,
): Statement {
  const { table, near, target } = junction;
  const recordColumn = `coalesce(t.definition ->> 'record', t.record_columns[1])`;
  const recordSideSql = `${recordColumn} = ${quoteText(near.databaseName)}`;
  const below = isBelow ? 'AND c.change_id < $3::bigint' : '';
  const order = 'ORDER BY c.change_id DESC LIMIT $2';
  const ofTable = `c.table_id = t.table_id AND c.operation IN ('I', 'D') ${below}`;
  const columns = 'c.change_id, c.operation, c.occurred_at, c.actor';
  return statement(`SELECT r.id::text, t.definition ->> 'related' IS NOT NULL,
      c.change_id::text, c.operation::text, c.occurred_at, c.actor, c.other
    ${fromTable(tableOf(table))} CROSS JOIN LATERAL (SELECT (${recordSql(entity)}) AS id) r
    LEFT JOIN LATERAL (
      (SELECT ${columns}, c.related_uuid AS other FROM dual_id.changes c
        WHERE ${recordSideSql} AND c.record_id = r.id AND ${ofTable} ${order})
      UNION ALL (SELECT ${columns}, (${uuidSql(target)}) FROM dual_id.changes c
        WHERE NOT ${recordSideSql} AND c.related_uuid = $1::uuid AND ${ofTable} ${order})
      ORDER BY change_id DESC LIMIT $2) c ON true
    ORDER BY c.change_id DESC`);
}

/** SQL of the public id of an entity, by the integer under which the log has it. */
function uuidSql(entity: EntityMetadata): string {
  const { type, kind } = definitionOf(entity.target as object)!;
  if (type !== undefined) {
    const id = kind === 'guid' ? 'id' : 'entity_id';
    return `SELECT p.uuid FROM dual_id.passports p
      WHERE p.${id} = c.record_id AND p.platform_type_id = ${type}`;
  }
  const uuid = entity.findColumnWithPropertyName('uuid');
  if (!uuid) return 'NULL::uuid';
  return `SELECT w.${nameOf(uuid)} FROM ${tableOf(entity)} w
    WHERE w.${nameOf(entity.primaryColumns[0]!)} = c.record_id`;
}

function withoutRelated({ table, far }: Junction): Error {
  return problem('setup_refused', {
    detail: `The history of ${table.tableName} does not keep the public id of the other side. Call addHistory again with record and related, such as related: '${far.databaseName}', in a migration.`,
  });
}
