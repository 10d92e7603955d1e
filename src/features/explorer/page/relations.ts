import type { Neighbour, Page } from './api.js';
import { read, undirectedTypes } from './api.js';
import { element } from './dom.js';
import { entityLink } from './links.js';
import { failure, nothing } from './states.js';

/** Lists the edges of an entity, page after page. */
export async function relationsOf(uuid: string): Promise<Node> {
  const [page, undirected] = await Promise.all([pageOf(uuid), undirectedTypes()]);
  if (page.items.length === 0) return nothing('It has no relations.');
  const row = (item: Neighbour) =>
    element('li', {}, words(item, uuid, undirected), entityLink(item.entity));
  const list = element('ul', { class: 'list' }, ...page.items.map(row));
  return element(
    'div',
    {},
    list,
    more(page.nextCursor, async (after) => {
      const next = await pageOf(uuid, after);
      list.append(...next.items.map(row));
      return next.nextCursor;
    }),
  );
}

function pageOf(uuid: string, after?: string): Promise<Page<Neighbour>> {
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  return read(`/registry/${uuid}/relations?limit=20${cursor}`);
}

function words(edge: Neighbour, uuid: string, undirected: ReadonlySet<string>): HTMLElement {
  const { fromUuid, relation } = edge;
  const forwards = undirected.has(relation) ? `is ${relation} to` : `is ${relation} of`;
  return element(
    'span',
    { class: 'relation' },
    fromUuid === uuid ? forwards : `has as ${relation}`,
  );
}

/** A button for the next page, as long as there is one. */
function more(
  nextCursor: string | null,
  show: (after: string) => Promise<string | null>,
): HTMLElement | null {
  if (nextCursor === null) return null;
  let after = nextCursor;
  const button = element('button', { type: 'button' }, 'More');
  const go = async () => {
    const next = await show(after);
    if (next === null) button.remove();
    else after = next;
  };
  button.addEventListener('click', () => {
    go().catch((error: unknown) => button.after(failure(error)));
  });
  return button;
}
