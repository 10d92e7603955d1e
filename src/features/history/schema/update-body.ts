import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { deletedMark, insertInto, logging } from './capture-bodies.js';
import type { Capture, ChangedRows } from './captured-table.js';
import { changedRows, isLoggedByRow } from './captured-table.js';
import { forgetErased, forgetGone } from './erased-images.js';
import { changedPart, imageOf } from './row-image.js';

/**
 * Logs changed rows, but not those that the statement left as they were. A row whose key changed is
 * one that went and one that came. Foreign keys can change a row twice in one statement, which is
 * one change of it, or change and delete it, which is logged in any order: a row that is gone takes
 * no other change.
 */
export function updateBody(capture: Capture): string {
  const rows = changedRows(capture);
  if (isLoggedByRow(capture)) return logging(capture, rows.new, [logChanges(capture, rows)]);
  const key = capture.record.key.map(quoteIdentifier);
  const either = `
    IF log.touched > 1 THEN
      log.is_twice := EXISTS (SELECT FROM new_rows GROUP BY ${key.join(', ')} HAVING count(*) > 1);
    END IF;
    IF log.is_twice OR current_setting('${deletedMark(capture)}', true) = 'on' THEN
      ${logChanges(
        capture,
        { old: firstOf('old_rows', key), new: lastOf('new_rows', key) },
        `AND ${stillThereSql(capture)}`,
      )};
    ELSE
      ${logChanges(capture, rows)};
    END IF;`;
  // A session keeps the plan of a statement for as many rows as it had first: a loop over all pairs
  // is fast for a few rows and takes hours for many.
  const count = 'log.touched := (SELECT count(*) FROM (SELECT FROM new_rows LIMIT 50) few)';
  const variables = 'touched integer; is_twice boolean := false;';
  const body = `${count}; IF log.touched = 50 THEN ${either} ELSE ${either} END IF`;
  return logging(capture, rows.new, [body], variables);
}

function stillThereSql({ tableId, record }: Capture): string {
  return `(SELECT c.operation FROM dual_id.changes c
    WHERE c.table_id = ${tableId} AND c.record_id = ${record.recordId}
      AND c.record_key IS NOT DISTINCT FROM ${record.recordKey}::jsonb
      AND c.related_uuid IS NOT DISTINCT FROM ${record.relatedUuid}::uuid
      AND c.transaction_id = pg_current_xact_id()
    ORDER BY c.change_id DESC LIMIT 1) IS DISTINCT FROM 'D'`;
}

const firstOf = (rows: string, key: readonly string[]) => oneOfEach(rows, key, 'ASC');
const lastOf = (rows: string, key: readonly string[]) => oneOfEach(rows, key, 'DESC');

/** A transition table has its rows in the order of the changes. */
function oneOfEach(rows: string, key: readonly string[], direction: 'ASC' | 'DESC'): string {
  const columns = key.map((name) => `(n.one).${name}`).join(', ');
  return `(SELECT (d.one).* FROM (SELECT DISTINCT ON (${columns}) n.one
    FROM (SELECT t AS one, row_number() OVER () AS at FROM ${rows} t) n
    ORDER BY ${columns}, n.at ${direction} OFFSET 0) d)`;
}

function logChanges(capture: Capture, rows: ChangedRows, also = ''): string {
  const { spec, record } = capture;
  const same = record.key.map(quoteIdentifier);
  const matched = same.map((name) => `o.${name} = r.${name}`).join(' AND ');
  const keepsIds = spec.keep === 'ids';
  const images = changedImages(capture, keepsIds);
  const changed = `FROM ${rows.new} r JOIN ${rows.old} o ON ${matched} ${record.join} ${images.join}
     WHERE ${images.differs} ${also}`;
  return [
    `${insertInto(capture, `'U'`, 'r', { old: images.old, new: images.new })} ${changed}`,
    ...(keepsIds ? [] : [forgetErased(capture, changed)]),
    ...(record.keepsKey ? [] : logMoves(capture, rows, matched)),
  ].join(';\n');
}

function logMoves(capture: Capture, rows: ChangedRows, matched: string): string[] {
  const { spec, record } = capture;
  const image = spec.keep === 'ids' ? 'NULL' : imageOf(capture, 'r');
  const all = changedRows(capture);
  const gone = `FROM ${rows.old} r ${record.join}
       WHERE NOT EXISTS (SELECT FROM ${all.new} o WHERE ${matched})`;
  return [
    `${insertInto(capture, `'D'`, 'r', { old: image, new: 'NULL' })} ${gone}`,
    ...(spec.keep === 'ids' ? [] : [forgetGone(capture, gone)]),
    `${insertInto(capture, `'I'`, 'r', { old: 'NULL', new: image })} FROM ${rows.new} r ${record.join}
       WHERE NOT EXISTS (SELECT FROM ${all.old} o WHERE ${matched})`,
  ];
}

function changedImages(capture: Capture, keepsIds: boolean) {
  const { spec } = capture;
  if (keepsIds && !spec.ignore?.length)
    return { old: 'NULL', new: 'NULL', join: '', differs: 'o.* *<> r.*' };
  const join = `CROSS JOIN LATERAL (SELECT ${imageOf(capture, 'o', false)} AS before,
    ${imageOf(capture, 'r', false)} AS after OFFSET 0) i`;
  const differs = 'i.before <> i.after';
  if (keepsIds) return { old: 'NULL', new: 'NULL', join, differs };
  const old = changedPart(spec, 'i.before', 'i.after');
  const whole = spec.redact?.length ? imageOf(capture, 'r') : 'i.after';
  const after = spec.keep === 'rows' ? whole : changedPart(spec, 'i.after', 'i.before');
  return { old, new: after, join, differs };
}
