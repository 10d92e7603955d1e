import type { EntityResponse, PageResponse } from './api.js';
import { readJson, RefusalResponse } from './api.js';
import { elementById, element } from './dom.js';
import { keyChanged } from './key.js';
import { entityLink, readUuid } from './links.js';
import { fillState, emptyState } from './states.js';

let question = 0;

/** Opens the entity of a public id directly, and searches for everything else. */
export function startSearch(): void {
  const form = elementById('search') as HTMLFormElement;
  const input = elementById('question') as HTMLInputElement;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const found = readUuid(input.value);
    if (found) location.hash = found;
    else void search(input.value.trim());
  });
  addEventListener(keyChanged, () => {
    if (elementById('results').hasChildNodes()) void search(input.value.trim());
  });
}

async function search(text: string): Promise<void> {
  const own = ++question;
  const region = elementById('results');
  if (text === '') return region.replaceChildren();
  await fillState(
    region,
    () => results(text),
    () => own === question,
  );
}

async function results(text: string): Promise<Node> {
  const query = `?q=${encodeURIComponent(text)}&limit=20`;
  const { items } = await readJson<PageResponse<EntityResponse>>(`/registry/search${query}`).catch(
    explain,
  );
  if (items.length === 0) return emptyState(`Nothing is called “${text}”. Try fewer letters.`);
  const heading = element('h2', { class: 'count' }, `${items.length} found`);
  const list = element(
    'ul',
    { class: 'list' },
    ...items.map((item) => element('li', {}, entityLink(item))),
  );
  return element('div', {}, heading, list);
}

/** An application may leave out the search; public ids can still be opened. */
function explain(error: unknown): never {
  if (!(error instanceof RefusalResponse) || error.code !== 'route_not_found') throw error;
  throw new RefusalResponse(
    error.code,
    'This application does not offer search. Paste a public id instead.',
  );
}
