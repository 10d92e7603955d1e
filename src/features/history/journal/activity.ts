import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { cutPage } from '../../../core/page/cut-page.js';
import type { Page } from '../../../core/page/page.js';
import { tableOf } from '../../../core/sql/entity-names.js';
import type { ViewClass } from '../../../core/view/view-spec.js';
import type { LoggedChange } from './change.js';
import { changeColumns, readChange, readTable, tableColumns, width } from './change.js';
import type { HistoryRequest } from './history-request.js';
import { limitOf } from './history-request.js';
import type { JournalParts } from './journal-parts.js';
import { virtualColumns } from './record.js';
import type { RecordedView } from './recorded-view.js';
import { readReferences } from './references.js';
import type { Recorded } from './shown-image.js';
import { showPart } from './shown-image.js';
import type { HistoryOperation } from './version.js';
import { wordOfOperation } from './version.js';
import { sealVersion } from './version-seal.js';

/** A change of any entity, in the shape of its history view. */
export interface Activity<V extends object = object> {
  readonly view: ViewClass<V>;
  /** The public id of the changed row; null for one that has none, and for many at once. */
  readonly uuid: string | null;
  readonly operation: HistoryOperation;
  readonly changedAt: Date;
  readonly actorUuid: string | null;
  readonly version: string;
  /** What the changed properties were before; null where no image tells. */
  readonly before: Partial<Recorded<V>> | null;
  /** What the changed properties were after; null where no image tells. */
  readonly after: Partial<Recorded<V>> | null;
}

/** Whose changes are asked for. */
export type ActivityOf = { readonly actor: string | null } | { readonly transaction: string };

/** One page of changes of these views' entities, the newest first. */
export async function readActivity(
  parts: JournalParts,
  views: readonly RecordedView[],
  whose: ActivityOf,
  request: HistoryRequest,
): Promise<Page<Activity>> {
  const limit = limitOf(request);
  const { after } = request;
  const { database, cipher } = parts;
  const names = views.map((view) => view.compiled.name);
  const question = JSON.stringify(['activity', whose, names]);
  const below = after === undefined ? [] : cipher.open(after, question);
  const key = 'actor' in whose ? whose.actor : whose.transaction;
  const tables = views.map(({ entity }) => tableOf(entity));
  const values = [tables, limit + 1, ...(key === null ? [] : [key]), ...below];
  const rows = await database.rows(activityStatement(whose, below.length > 0), values);
  const { shown, last } = cutPage(rows.map(readFoundChange), limit);
  const items = new Map<LoggedChange, Activity>();
  for (const [at, view] of views.entries()) {
    const own = shown.filter((one) => one.viewAt === at).map(({ change }) => change);
    for (const [change, item] of await activitiesOf(parts, view, own)) items.set(change, item);
  }
  return {
    items: shown.map(({ change }) => items.get(change)!),
    nextCursor: last ? cipher.seal([last.change.id], question) : null,
  };
}

type FoundChange = { readonly viewAt: number; readonly change: LoggedChange };

function readFoundChange(row: readonly unknown[]): FoundChange {
  const change = readChange(row, 1 + width.table, readTable(row, 1))!;
  return { viewAt: Number(row[0]) - 1, change };
}

async function activitiesOf(
  { database, cipher }: JournalParts,
  view: RecordedView,
  changes: readonly LoggedChange[],
): Promise<(readonly [LoggedChange, Activity])[]> {
  const images = changes.flatMap((change) => [change.old, change.new]);
  const known = await readReferences(database, view, images);
  return changes.map((change) => {
    const { operation, old, at, uuid, actor } = change;
    const isUpdate = operation === 'U';
    const after = change.new && Object.entries(change.new);
    const changed = isUpdate ? after?.filter(([column]) => old && column in old) : after;
    const item: Activity = {
      view: view.viewClass,
      uuid,
      operation: wordOfOperation(operation),
      changedAt: at,
      actorUuid: actor,
      version: sealVersion(cipher, change),
      before: showPart(view, old, known),
      after: showPart(view, changed ? Object.fromEntries(changed) : null, known),
    };
    return [change, item];
  });
}

/** The statement of a page of activity: the first, or one below a change. */
export function activityStatement(whose: ActivityOf, isBelow: boolean): Statement {
  const isByNobody = 'actor' in whose && whose.actor === null;
  const key = 'actor' in whose ? 'c.actor = $3::uuid' : 'c.transaction_id = $3::xid8';
  const below = isBelow ? ` AND c.change_id < $${isByNobody ? 3 : 4}::bigint` : '';
  // The fence keeps the index of the condition, whatever is known of how often a table changes.
  return statement(`SELECT t.place, ${tableColumns}, ${changeColumns('c')}
    FROM (SELECT c.* FROM dual_id.changes c WHERE ${isByNobody ? 'c.actor IS NULL' : key}${below}
        ORDER BY c.change_id DESC OFFSET 0) c
      JOIN (SELECT l.*, ${virtualColumns('k.oid')}, n.place
        FROM unnest($1::text[]) WITH ORDINALITY n(name, place)
        JOIN pg_class k ON k.oid = to_regclass(n.name)
        JOIN pg_namespace s ON s.oid = k.relnamespace
        JOIN dual_id.history_tables l ON l.schema_name = s.nspname
          AND l.table_name = k.relname) t USING (table_id)
    ORDER BY c.change_id DESC LIMIT $2`);
}
