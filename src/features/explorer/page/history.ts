import { actorsOf } from './actors.js';
import type { ChangeResponse, PageResponse } from './api.js';
import { RefusalResponse } from './api.js';
import { element } from './dom.js';
import { changeEntry } from './history-entry.js';
import { momentChoice } from './moment.js';
import { moreButton } from './more.js';
import { readQuietly } from './quiet-reader.js';
import { emptyState, failure } from './states.js';

let isOffered = true;

/**
 * Shows the history of an entity in a region, which stays empty where the API has none for it or
 * does not show it to this reader.
 */
export async function showHistory(
  uuid: string,
  region: HTMLElement,
  isCurrent: () => boolean,
): Promise<void> {
  if (!isOffered) return;
  region.setAttribute('aria-busy', 'true');
  const shown = await entriesOf(uuid)
    .then((page) => timeline(uuid, page, isCurrent))
    .catch(unlessRefused);
  if (!isCurrent()) return;
  const title = element('h3', {}, 'History');
  if (shown) region.replaceChildren(element('section', { 'aria-label': 'History' }, title, shown));
  region.removeAttribute('aria-busy');
}

function timeline(
  uuid: string,
  { items, nextCursor }: PageResponse<HTMLElement>,
  isCurrent: () => boolean,
): HTMLElement {
  if (items.length === 0) return emptyState('No change of it was logged.');
  const list = element('ol', { class: 'timeline' }, ...items);
  const read = (after: string) => entriesOf(uuid, after);
  const more = moreButton('Older changes', list, nextCursor, read);
  return element('div', {}, momentChoice(uuid, isCurrent), list, more);
}

async function entriesOf(uuid: string, after?: string): Promise<PageResponse<HTMLElement>> {
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  const path = `/registry/${uuid}/history?limit=20${cursor}`;
  const { items, nextCursor } = await readQuietly<PageResponse<ChangeResponse>>(path);
  const actors = await actorsOf(items);
  return { items: items.map((change) => changeEntry(change, actors)), nextCursor };
}

/** An application may leave out the history, of some entities too, or keep it from some readers. */
function unlessRefused(error: unknown): HTMLElement | undefined {
  if (!(error instanceof RefusalResponse)) return failure(error);
  if (error.code === 'route_not_found') isOffered = false;
  return [401, 403, 404].includes(error.status) ? undefined : failure(error);
}
