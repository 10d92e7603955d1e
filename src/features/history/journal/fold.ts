import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { addressColumn } from '../../../core/definition/address.js';
import { nameOf, tableOf } from '../../../core/sql/entity-names.js';
import type { LoggedChange } from './change.js';
import { changeColumns, readChange } from './change.js';
import type { Image, LoggedAs } from './image.js';
import { imageText, isWholeImage } from './image.js';
import type { RecordedView } from './recorded-view.js';
import { fromRecord } from './record.js';

/** The row after a change, or `erased` where a part of it was blanked. */
type Folded = Image | 'erased';

/**
 * The whole row after a change of which the log kept only the changed columns: the newest value of
 * each column up to then. A column that had not changed by then is in the `old` of its next change
 * or, if there is none, in the row as it is.
 */
export async function foldImages(
  database: Database,
  view: RecordedView,
  { address, change, table }: { address: string; change: LoggedChange; table: LoggedAs },
): Promise<Folded> {
  const rows = await database.rows(statement(untilText(view)), [address, change.id]);
  const until = rows.flatMap((row) => readChange(row, 0, table) ?? []);
  if (until.some((one) => one.new === null)) return 'erased';
  const known = overlaid(until.map((one) => one.new));
  return isWholeImage(known, table) ? known : { ...(await laterImage()), ...known };

  async function laterImage(): Promise<Image> {
    const later = await database.rows(statement(afterText(view)), [address, change.id]);
    const olds = later.map((row) => readChange(row, 1, table)?.old ?? null);
    const current = (later[0]?.[0] ?? '{}') as string;
    const row = Object.entries(JSON.parse(current) as Image);
    const kept = row.filter(([column]) => !table.withheld.includes(column));
    return overlaid([Object.fromEntries(kept), ...olds.toReversed()]);
  }
}

/** Images laid over each other, the last on top. */
export function overlaid(images: readonly (Image | null)[]): Image {
  return Object.assign({}, ...images) as Image;
}

const ofRecordSql = 'c.table_id = t.table_id AND c.record_id = r.id';

/** The changes up to one, from the last that has a whole row. */
function untilText({ entity }: RecordedView): string {
  return `SELECT ${changeColumns('c')} ${fromRecord(entity)}
    JOIN LATERAL (SELECT c.* FROM dual_id.changes c
      WHERE ${ofRecordSql} AND c.change_id <= $2::bigint AND c.operation IN ('I', 'U')
        AND c.change_id >= coalesce((SELECT b.change_id FROM dual_id.changes b
          WHERE b.table_id = t.table_id AND b.record_id = r.id AND b.operation IN ('I', 'D')
            AND b.change_id <= $2::bigint ORDER BY b.change_id DESC LIMIT 1), 0)
      ORDER BY c.change_id) c ON true ORDER BY c.change_id`;
}

/** The row as it is, beside each change after one until the row was deleted. */
function afterText({ entity }: RecordedView): string {
  const address = nameOf(addressColumn(entity)!);
  const row = imageText('to_jsonb(w.*)');
  const end = `(SELECT b.change_id FROM dual_id.changes b WHERE b.table_id = t.table_id
    AND b.record_id = r.id AND b.operation IN ('D', 'I') AND b.change_id > $2::bigint
    ORDER BY b.change_id LIMIT 1)`;
  return `SELECT CASE WHEN ${end} IS NULL
      THEN (SELECT ${row} FROM ${tableOf(entity)} w WHERE w.${address} = $1) END,
      ${changeColumns('c')}
    ${fromRecord(entity)}
    LEFT JOIN LATERAL (SELECT c.* FROM dual_id.changes c
      WHERE ${ofRecordSql} AND c.change_id > $2::bigint AND c.change_id <= coalesce(${end}, c.change_id)
        AND c.operation IN ('U', 'D')
      ORDER BY c.change_id) c ON true ORDER BY c.change_id`;
}
