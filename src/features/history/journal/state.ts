import type { Database } from '../../../core/database/database.js';
import type { LoggedChange } from './change.js';
import { foldImages } from './fold.js';
import type { Image, LoggedAs } from './image.js';
import { isWholeImage, keptAt } from './image.js';
import type { RecordedView } from './recorded-view.js';

/**
 * What the log knows of a row at one time: its values; that it did not exist, or was deleted; that
 * its values were erased; or nothing, as before the first image of a row that stood before.
 */
export type Knowledge = 'known' | 'absent' | 'erased' | 'unknown';

/** What is known after a change, with the whole row where it is `known`. */
export interface RowState {
  readonly knowledge: Knowledge;
  readonly image: Image | null;
}

const of = (knowledge: Knowledge): RowState => ({ knowledge, image: null });

/** The state of a row after a change, as far as the change itself says it; else undefined. */
export function ownState(
  change: LoggedChange,
  { entity }: RecordedView,
  table: LoggedAs,
): RowState | undefined {
  const { operation, new: image } = change;
  if (operation === 'D' || operation === 'T') return of('absent');
  if (operation === 'B') return of('unknown');
  if (image === null) return of(keptAt(change.id, table) === 'ids' ? 'unknown' : 'erased');
  if (!isWholeImage(image, table)) return undefined;
  const deletedAt = entity.deleteDateColumn?.databaseName;
  const isAlive = deletedAt === undefined || (image[deletedAt] ?? 'null') === 'null';
  return isAlive ? { knowledge: 'known', image } : of('absent');
}

/** The state of a row after a change, put together from other changes where it has to be. */
export async function stateAfter(
  database: Database,
  view: RecordedView,
  { address, change, table }: { address: string; change: LoggedChange; table: LoggedAs },
): Promise<RowState> {
  const own = ownState(change, view, table);
  if (own) return own;
  const folded = await foldImages(database, view, { address, change, table });
  if (folded === 'erased') return of('erased');
  const whole = { ...change, new: folded };
  return ownState(whole, view, table) ?? { knowledge: 'known', image: folded };
}
