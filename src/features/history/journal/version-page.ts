import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { addressColumn } from '../../../core/definition/address.js';
import { problem } from '../../../core/errors/problem.js';
import { cutPage } from '../../../core/page/cut-page.js';
import type { Page } from '../../../core/page/page.js';
import type { LoggedChange } from './change.js';
import { changeColumns, readChange, readTable, tableColumns, width } from './change.js';
import type { LoggedAs } from './image.js';
import type { HistoryRequest } from './history-request.js';
import { limitOf } from './history-request.js';
import type { JournalParts } from './journal-parts.js';
import { fromRecord, notLogged } from './record.js';
import { recordChanges } from './record-changes.js';
import type { RecordedView } from './recorded-view.js';
import { readReferences } from './references.js';
import { showImage, showPart } from './shown-image.js';
import { statesOf } from './page-states.js';
import type { Version } from './version.js';
import { wordOfOperation } from './version.js';
import { sealVersion } from './version-seal.js';

/** Where a page begins: below a change, whose state began at a time. */
type Below = readonly [number: string, from: string];

/** One page of the changes of an entity, the newest first. */
export async function readVersions<V extends object>(
  parts: JournalParts,
  view: RecordedView<V>,
  address: string,
  request: HistoryRequest,
): Promise<Page<Version<V>>> {
  const limit = limitOf(request);
  const { after } = request;
  const { database, cipher } = parts;
  const question = JSON.stringify(['history', view.compiled.name, address]);
  const below = after === undefined ? undefined : (cipher.open(after, question) as Below);
  const values = [address, limit + 1, ...(below ? [below[0]] : [])];
  const rows = await database.rows(versionPageStatement(view, below !== undefined), values);
  if (!rows[0]) throw notLogged(view.entity);
  if (rows[0][0] === null) throw problem('not_found');
  const table = readTable(rows[0], 1);
  const changes = rows.flatMap((row) => {
    const change = readChange(row, 1 + width.table, table);
    return change ? [{ change, nextAt: row[1 + width.table + width.change] as Date | null }] : [];
  });
  const { shown, last } = cutPage(changes, limit);
  const ends = isDetail(view) ? shown.map(({ nextAt }) => nextAt) : validTimes(shown, below?.[1]);
  const items = await versionsOf(parts, view, {
    address,
    table,
    ends,
    changes: shown.map(({ change }) => change),
  });
  const cursor = last && [last.change.id, items.at(-1)!.validFrom.toISOString()];
  return { items, nextCursor: cursor ? cipher.seal(cursor, question) : null };
}

interface DatedChanges {
  readonly address: string;
  readonly table: LoggedAs;
  readonly changes: readonly LoggedChange[];
  /** When the state after each of them ended. */
  readonly ends: readonly (Date | null)[];
}

async function versionsOf<V extends object>(
  { database, cipher }: JournalParts,
  view: RecordedView<V>,
  { address, table, changes, ends }: DatedChanges,
): Promise<Version<V>[]> {
  const states = await statesOf(database, view, {
    address,
    table,
    changes,
    isDetail: isDetail(view),
  });
  const images = changes.flatMap((one) => [one.old, one.new]);
  const known = await readReferences(database, view, [
    ...images,
    ...states.map((one) => one.image),
  ]);
  return changes.map((change, at) => {
    const { knowledge, image } = states[at]!;
    const changed = change.old ?? {};
    const after = change.operation === 'U' ? picked(change.new, changed) : change.new;
    return {
      operation: wordOfOperation(change.operation, knowledge),
      knowledge,
      value: image && showImage(view, image, known),
      validFrom: earliest(change.at, ends[at] ?? null),
      validTo: ends[at] ?? null,
      actorUuid: change.actor,
      version: sealVersion(cipher, change),
      before: showPart(view, change.old, known),
      after: showPart(view, after, known),
    };
  });
}

function picked(image: LoggedChange['new'], changed: object): LoggedChange['new'] {
  if (image === null) return null;
  return Object.fromEntries(Object.entries(image).filter(([column]) => column in changed));
}

/**
 * The ends of the states: each ends where the one after it begins, and a clock that was set back
 * makes none of them begin after its end.
 */
function validTimes(
  shown: readonly { readonly change: LoggedChange }[],
  from: string | undefined,
): (Date | null)[] {
  let end = from === undefined ? null : new Date(from);
  return shown.map(({ change }) => {
    const own = end;
    end = earliest(change.at, end);
    return own;
  });
}

function earliest(at: Date, end: Date | null): Date {
  return end !== null && end < at ? end : at;
}

/** Rows without a public id are shown under that of the row they belong to, many at a time. */
export function isDetail({ entity }: RecordedView): boolean {
  return addressColumn(entity) === undefined;
}

/** The statement of a page: the first, or one below a change. */
export function versionPageStatement(view: RecordedView, isBelow: boolean): Statement {
  const where = isBelow ? 'c.change_id < $3::bigint' : 'true';
  const page = recordChanges({ where, direction: 'DESC', limit: '$2' });
  // Each row of a detail table has validity of its own.
  const next = `(SELECT min(n.occurred_at) FROM dual_id.changes n WHERE n.table_id = t.table_id
    AND n.record_id = r.id AND n.change_id > c.change_id AND n.operation <> 'B'
    AND n.record_key IS NOT DISTINCT FROM c.record_key
    AND n.related_uuid IS NOT DISTINCT FROM c.related_uuid)`;
  return statement(`SELECT r.id::text, ${tableColumns}, ${changeColumns('c')},
      ${isDetail(view) ? next : 'NULL'}
    ${fromRecord(view.entity)} LEFT JOIN LATERAL ${page} c ON true ORDER BY c.change_id DESC`);
}
