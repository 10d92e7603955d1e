import type { Database } from '../../../core/database/database.js';
import type { LoggedChange } from './change.js';
import { overlaid } from './fold.js';
import type { LoggedAs } from './image.js';
import type { RecordedView } from './recorded-view.js';
import type { RowState } from './state.js';
import { ownState, stateAfter } from './state.js';

interface ChangesOfPage {
  readonly address: string;
  readonly table: LoggedAs;
  /** The newest first. */
  readonly changes: readonly LoggedChange[];
  readonly isDetail: boolean;
}

/**
 * The state after each change of a page. Where the log keeps changed columns alone, only the newest
 * is put together from other changes; each before it follows from the one after it.
 */
export async function statesOf(
  database: Database,
  view: RecordedView,
  { address, table, changes, isDetail }: ChangesOfPage,
): Promise<RowState[]> {
  const states: RowState[] = [];
  for (const [at, change] of changes.entries()) {
    const own = ownState(change, view, table);
    const newer = changes[at - 1];
    const later = states[at - 1];
    if (own) states.push(own);
    else if (isDetail) states.push({ knowledge: 'unknown', image: null });
    else if (newer?.operation === 'U' && newer.old && later?.image) {
      const image = overlaid([later.image, newer.old]);
      states.push(ownState({ ...change, new: image }, view, table)!);
    } else states.push(await stateAfter(database, view, { address, change, table }));
  }
  return states;
}
