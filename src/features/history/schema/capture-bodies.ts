import type { Capture } from './captured-table.js';
import { changedRows, isLoggedByRow } from './captured-table.js';
import { columnIfAny } from './column-if-any.js';
import { forgetGone } from './erased-images.js';
import { declareSecrets, declareVirtual, imageOf } from './row-image.js';

/** The block has a name, so that a column of the table is never taken for a variable. */
function declarations(capture: Capture, more = ''): string {
  return `#variable_conflict use_column
    <<log>> DECLARE
    moment timestamptz := clock_timestamp();
    actor uuid := nullif(current_setting('dual_id.actor', true), '')::uuid;
    actors jsonb := nullif(current_setting('dual_id.actors', true), '')::jsonb;
    ${more}
    ${declareVirtual(capture)}
    ${declareSecrets(capture)}`;
}

/** Logs inserted rows. */
export function insertBody(capture: Capture): string {
  const image = capture.spec.keep === 'ids' ? 'NULL' : imageOf(capture, 'r');
  const rows = changedRows(capture).new;
  return logging(capture, rows, [
    insertInto(capture, `'I'`, 'r', { old: 'NULL', new: image }),
    `FROM ${rows} r ${capture.record.join}`,
  ]);
}

/** The setting of a transaction that deleted rows of the table. */
export const deletedMark = ({ tableId }: Capture) => `dual_id.deleted_from_${tableId}`;

/** Logs deleted rows. */
export function deleteBody(capture: Capture): string {
  const image = capture.spec.keep === 'ids' ? 'NULL' : imageOf(capture, 'r');
  const rows = changedRows(capture).old;
  const gone = `FROM ${rows} r ${capture.record.join}`;
  const mark = `PERFORM set_config('${deletedMark(capture)}', 'on', true)`;
  const statements = [
    `${insertInto(capture, `'D'`, 'r', { old: image, new: 'NULL' })} ${gone}`,
    // Where each row is logged on its own, no change of a row comes after its end.
    ...(isLoggedByRow(capture) ? [] : [`IF FOUND THEN ${mark}; END IF`]),
    ...(capture.spec.keep === 'ids' ? [] : [forgetGone(capture, gone)]),
  ];
  return logging(capture, rows, [statements.join(';\n')]);
}

/** Logs that all rows are gone at once; their ids stand in no row of the log. */
export function truncateBody(capture: Capture): string {
  return `${declarations(capture)}
    BEGIN
      INSERT INTO dual_id.changes (occurred_at, table_id, operation, actor)
      VALUES (log.moment, ${capture.tableId}, 'T', log.actor);
      RETURN NULL;
    END`;
}

/** The body of a function that logs changed rows by statements, with variables of their own. */
export function logging(
  capture: Capture,
  rows: string,
  statements: readonly string[],
  variables?: string,
): string {
  return `${declarations(capture, variables)}
    BEGIN
      ${isLoggedByRow(capture) ? '' : unlessBulk(capture, rows)}
      ${statements.join('\n')};
      RETURN NULL;
    END`;
}

function unlessBulk(capture: Capture, rows: string): string {
  return `IF current_setting('dual_id.bulk', true) = 'on' THEN
    ${bulkRow(capture, rows)};
    RETURN NULL;
  END IF;`;
}

/** One row for a batch: the first and last record id, and how many rows. */
function bulkRow({ tableId, record }: Capture, rows: string): string {
  return `INSERT INTO dual_id.changes (occurred_at, table_id, operation, record_id, actor, record_key)
    SELECT log.moment, ${tableId}, 'B', min(${record.recordId}), log.actor,
      jsonb_build_object('operation', TG_OP, 'first', min(${record.recordId}),
        'last', max(${record.recordId}), 'rows', count(*))
    FROM ${rows} r ${record.join} HAVING count(*) > 0`;
}

/** Writes changes of the rows that the rest of the statement selects. */
export function insertInto(
  { tableId, record, spec }: Capture,
  operation: string,
  row: string,
  images: { readonly old: string; readonly new: string },
): string {
  const tenant = spec.tenant === undefined ? undefined : columnIfAny(row, spec.tenant, 'uuid');
  const columns: readonly (readonly [string, string])[] = [
    ['occurred_at', 'log.moment'],
    ['table_id', String(tableId)],
    ['operation', operation],
    ['record_id', record.recordId],
    ['uuid', record.uuid],
    ['related_uuid', record.relatedUuid],
    ['record_key', record.recordKey],
    [
      'actor',
      `CASE WHEN log.actors IS NULL THEN log.actor
      ELSE coalesce((log.actors ->> (${record.ownerUuid})::text)::uuid, log.actor) END`,
    ],
    ['tenant', tenant ?? 'NULL'],
    ['old', images.old],
    ['new', images.new],
  ];
  const used = columns.filter(([, sql]) => !/^NULL(::\w+)?$/.test(sql));
  return `INSERT INTO dual_id.changes (${used.map(([name]) => name).join(', ')})
    SELECT ${used.map(([, sql]) => sql).join(', ')}`;
}
