import type { Entity, Page } from './api.js';
import { read, Refusal } from './api.js';
import { byId, element } from './dom.js';
import { entityLink, readUuid } from './links.js';
import { fill, nothing } from './states.js';

let question = 0;

/** Takes a public id straight to its entity, and searches for everything else. */
export function startSearch(): void {
  const form = byId('search') as HTMLFormElement;
  const input = byId('question') as HTMLInputElement;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const found = readUuid(input.value);
    if (found) location.hash = found;
    else void search(input.value.trim());
  });
}

async function search(text: string): Promise<void> {
  const own = ++question;
  const region = byId('results');
  if (text === '') return region.replaceChildren();
  await fill(
    region,
    () => results(text),
    () => own === question,
  );
}

async function results(text: string): Promise<Node> {
  const query = `?q=${encodeURIComponent(text)}&limit=20`;
  const { items } = await read<Page<Entity>>(`/registry/search${query}`).catch(explain);
  if (items.length === 0) return nothing(`Nothing is called “${text}”. Try fewer letters.`);
  const heading = element('h2', { class: 'count' }, `${items.length} found`);
  const list = element(
    'ul',
    { class: 'list' },
    ...items.map((item) => element('li', {}, entityLink(item))),
  );
  return element('div', {}, heading, list);
}

/** An application need not offer the search; a public id opens all the same. */
function explain(error: unknown): never {
  if (!(error instanceof Refusal) || error.code !== 'route_not_found') throw error;
  throw new Refusal(error.code, 'This application offers no search. Paste a public id instead.');
}
