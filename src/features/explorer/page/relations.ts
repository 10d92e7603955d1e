import type { NeighbourResponse, PageResponse } from './api.js';
import { readJson, undirectedTypes } from './api.js';
import { element } from './dom.js';
import { entityLink } from './links.js';
import { moreButton } from './more.js';
import { emptyState } from './states.js';

/** Lists the edges of an entity, page after page. */
export async function relationsOf(uuid: string): Promise<Node> {
  const [page, undirected] = await Promise.all([pageOf(uuid), undirectedTypes()]);
  if (page.items.length === 0) return emptyState('It has no relations.');
  const row = (item: NeighbourResponse) =>
    element('li', {}, words(item, uuid, undirected), entityLink(item.entity));
  const list = element('ul', { class: 'list' }, ...page.items.map(row));
  return element(
    'div',
    {},
    list,
    moreButton('More', list, page.nextCursor, async (after) => {
      const { items, nextCursor } = await pageOf(uuid, after);
      return { items: items.map(row), nextCursor };
    }),
  );
}

function pageOf(uuid: string, after?: string): Promise<PageResponse<NeighbourResponse>> {
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  return readJson(`/registry/${uuid}/relations?limit=20${cursor}`);
}

function words(
  edge: NeighbourResponse,
  uuid: string,
  undirected: ReadonlySet<string>,
): HTMLElement {
  const { fromUuid, relation } = edge;
  const forwards = undirected.has(relation) ? `is ${relation} to` : `is ${relation} of`;
  return element(
    'span',
    { class: 'relation' },
    fromUuid === uuid ? forwards : `has as ${relation}`,
  );
}
