import { quoteIdentifier, quoteText } from '../../../../core/sql/quoting.js';
import type { RecordKey } from '../../../history/schema/record-key.js';
import { redacted } from '../../../history/schema/row-image.js';
import type { CatalogTable } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { LoggedRows } from '../logged-rows.js';
import { keyFacts, sourceOf } from '../row-source.js';

/** A row that was written while no trigger logged it. */
export const historyIncomplete: DataCheck = {
  code: 'history_incomplete',
  finds: 'a row that is not as the newest change of it in the history says',
  fix: fixOf('<table>', '<column>'),
  probesOf: ({ logged }) =>
    logged.flatMap((one) =>
      one.spec.keep === 'rows' && one.table && one.record
        ? [incompleteHistoryProbe(one, one.table, one.record)]
        : [],
    ),
};

/** A bulk statement says of its rows that something was written, and not what. */
function fixOf(table: string, column: string): string {
  return `It was changed while no trigger logged it, and what it was meanwhile is lost. Log it as a bulk statement: BEGIN; SET LOCAL dual_id.bulk = 'on'; UPDATE ${table} SET ${column} = ${column} WHERE ...; COMMIT.`;
}

function incompleteHistoryProbe(logged: LoggedRows, table: CatalogTable, record: RecordKey): Probe {
  const differing = differences(logged, table);
  const source = sourceOf(table);
  const isKey = (name: string) => record.key.includes(name);
  const writable = table.columns.find(
    ({ name, identity, hasDefault }) => identity === '' && !hasDefault && !isKey(name),
  );
  return {
    place: logged.name,
    source: { ...source, joins: newestChange(logged, record), maxRows: 20_000 },
    wrong: `(h.operation = 'D' OR (h.operation IN ('I', 'U') AND ${images(logged, table)}
        AND EXISTS (${differing('SELECT')}))) AND NOT EXISTS (${unknownSince(logged, record)})`,
    facts: [
      keyFacts(source),
      'h.operation::text',
      `(${differing("SELECT string_agg(v.key, ', ' ORDER BY v.key)")})`,
    ],
    fix: fixOf(quotedPath(table), writable ? quoteIdentifier(writable.name) : '<column>'),
    message: ([row, operation, columns]) =>
      operation === 'D'
        ? `the row with ${row} exists, and the history says that it was deleted`
        : `the row with ${row} has other values than the history says in ${columns}`,
  };
}

/** The newest change of each row, by lookups in the index of records. */
function newestChange({ tableId }: LoggedRows, record: RecordKey): string {
  const same = [
    `c.table_id = ${tableId}`,
    `c.record_id = ${record.recordId}`,
    ...(isNull(record.relatedUuid) ? [] : [`c.related_uuid = ${record.relatedUuid}`]),
    ...(isNull(record.recordKey) ? [] : [`c.record_key = ${record.recordKey}`]),
  ];
  return `${record.join} CROSS JOIN LATERAL (SELECT c.change_id, c.operation, c.new
      FROM dual_id.changes c WHERE ${same.join(' AND ')} ORDER BY c.change_id DESC LIMIT 1) h`;
}

const isNull = (sql: string) => /^NULL(::\w+)?$/.test(sql);

/** After a bulk statement or TRUNCATE, the log does not say what the row is. */
function unknownSince({ tableId }: LoggedRows, { recordId }: RecordKey): string {
  return `SELECT FROM dual_id.changes b
    WHERE b.table_id = ${tableId} AND b.operation IN ('B', 'T') AND b.change_id > h.change_id
      AND (b.operation = 'T' OR ${recordId} BETWEEN b.record_id AND (b.record_key ->> 'last')::bigint)`;
}

/** Most rows are as their image, which is seen without a look at every value. */
function images(logged: LoggedRows, table: CatalogTable): string {
  const left = unseen(logged, table);
  const without = left.length === 0 ? '' : ` - ARRAY[${left.map(quoteText).join(', ')}]`;
  return `h.new${without} <> to_jsonb(r.*)${without}`;
}

/** Values of the image that the row has differently. Columns that came or went since tell nothing. */
function differences(logged: LoggedRows, table: CatalogTable) {
  const left = unseen(logged, table);
  const seen =
    left.length === 0 ? '' : `AND v.key <> ALL (ARRAY[${left.map(quoteText).join(', ')}])`;
  return (select: string) => `${select} FROM jsonb_each(h.new) v, to_jsonb(r.*) i
    WHERE v.value <> i -> v.key AND v.value <> to_jsonb(${quoteText(redacted)}::text) ${seen}`;
}

/** Columns without a value in the image, and those whose values are spelled by what the search path has. */
function unseen({ spec }: LoggedRows, { columns }: CatalogTable): readonly string[] {
  const other = columns.filter(({ type, isVirtual }) => type.startsWith('reg') || isVirtual);
  return [...(spec.ignore ?? []), ...(spec.redact ?? []), ...other.map(({ name }) => name)];
}
