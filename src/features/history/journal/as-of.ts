import type { Row } from '../../../core/database/row.js';
import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { problem } from '../../../core/errors/problem.js';
import type { LoggedChange } from './change.js';
import { changeColumns, readChange, readTable, tableColumns, width } from './change.js';
import type { LoggedAs } from './image.js';
import type { JournalParts } from './journal-parts.js';
import { fromRecord, notLogged } from './record.js';
import { recordChanges } from './record-changes.js';
import type { RecordedView } from './recorded-view.js';
import { readReferences } from './references.js';
import { showImage } from './shown-image.js';
import type { RowState } from './state.js';
import { stateAfter } from './state.js';
import type { StateAt } from './version.js';
import { sealVersion } from './version-seal.js';

/** The last change of a record by a time or a number, and the one that followed. */
export interface Placed {
  readonly table: LoggedAs;
  readonly change: LoggedChange | undefined;
  readonly next: Pick<LoggedChange, 'at' | 'operation'> | undefined;
}

/** Where in the history of a record to look. */
export type PlaceInHistory = { readonly until: string } | { readonly number: string };

/** The state of an entity at a place in its history. */
export async function readStateAt<V extends object>(
  parts: JournalParts,
  view: RecordedView<V>,
  address: string,
  place: PlaceInHistory,
): Promise<StateAt<V>> {
  const { database, cipher } = parts;
  const placed = await placeOf(parts, view, address, place);
  const { change, next } = placed;
  const { knowledge, image } = await stateAt(parts, view, address, placed);
  const known = await readReferences(database, view, [image]);
  return {
    knowledge,
    value: image && showImage(view, image, known),
    validFrom: change?.at ?? null,
    validTo: next?.at ?? null,
    version: change ? sealVersion(cipher, change) : null,
  };
}

/** What is known of the row at a place that was found. */
export async function stateAt(
  { database }: JournalParts,
  view: RecordedView,
  address: string,
  { table, change, next }: Placed,
): Promise<RowState> {
  return change ? stateAfter(database, view, { address, change, table }) : stateBefore(next);
}

/** Finds the place in the log; `not_found` for an address that never was one. */
export async function placeOf(
  { database }: JournalParts,
  view: RecordedView,
  address: string,
  place: PlaceInHistory,
): Promise<Placed> {
  const isTime = 'until' in place;
  const value = isTime ? place.until : place.number;
  const [row] = await database.rows(asOfStatement(view, isTime), [address, value]);
  if (!row) throw notLogged(view.entity);
  if (row[0] === null) throw problem('not_found');
  return readPlaced(row);
}

function readPlaced(row: Row): Placed {
  const table = readTable(row, 1);
  const at = 1 + width.table;
  const [nextAt, nextOperation] = row.slice(at + width.change) as [Date | null, string];
  return {
    table,
    change: readChange(row, at, table),
    next: nextAt === null ? undefined : { at: nextAt, operation: nextOperation },
  };
}

/** A row that begins with an insert was not there before; another was, as nobody knows. */
function stateBefore(next: Placed['next']): RowState {
  return { knowledge: next?.operation === 'I' ? 'absent' : 'unknown', image: null };
}

/** The statement of `asOf`, by a time or by the number of a change. */
export function asOfStatement({ entity }: RecordedView, isTime: boolean): Statement {
  const where = isTime ? 'c.occurred_at <= $2::timestamptz' : 'c.change_id <= $2::bigint';
  const last = recordChanges({ where, direction: 'DESC', limit: '1' });
  const following = recordChanges({
    where: 'c.change_id > coalesce(a.change_id, 0)',
    direction: 'ASC',
    limit: '1',
  });
  return statement(`SELECT r.id::text, ${tableColumns}, ${changeColumns('a')},
      n.occurred_at, n.operation::text
    ${fromRecord(entity)}
    LEFT JOIN LATERAL ${last} a ON true LEFT JOIN LATERAL ${following} n ON true`);
}
