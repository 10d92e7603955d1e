import type { Resolution } from './api.js';
import { addressOf, read } from './api.js';
import { byId, element } from './dom.js';
import { graphOf } from './graph.js';
import { badge } from './links.js';
import { referencesOf } from './references.js';
import { relationsOf } from './relations.js';
import { fill } from './states.js';

let opened = 0;

/** Shows an entity: what it is, where the API keeps it, and everything around it. */
export async function openEntity(uuid: string): Promise<void> {
  const own = ++opened;
  const isCurrent = () => own === opened;
  document.title = `${uuid} · Explorer`;
  await fill(
    byId('entity'),
    async () => shown(await read<Resolution>(`/resolve/${uuid}`), isCurrent),
    isCurrent,
  );
  if (isCurrent()) byId('entity').querySelector<HTMLElement>('h2')?.focus();
}

function shown({ uuid, type, status, href }: Resolution, isCurrent: () => boolean): Node {
  const drawing = element('div', { class: 'region' });
  const depth = depthChoice();
  const draw = () => void fill(drawing, () => graphOf(uuid, depth.value), isCurrent);
  depth.addEventListener('change', draw);
  draw();
  return element(
    'article',
    {},
    element(
      'header',
      {},
      element('h2', { tabindex: -1 }, badge(type), element('code', {}, uuid)),
      facts(status, href),
    ),
    section('Graph', element('label', {}, 'Steps around it ', depth), drawing),
    section(
      'Relations',
      region(() => relationsOf(uuid), isCurrent),
    ),
    section(
      'What refers to it',
      region(() => referencesOf(uuid), isCurrent),
    ),
  );
}

function facts(status: string, href: string | null): HTMLElement {
  const address =
    href === null
      ? 'The API has no address for it.'
      : element('a', { href: addressOf(href), class: 'address' }, `GET ${href}`);
  return element('p', { class: 'facts' }, element('span', { class: 'status' }, status), address);
}

function depthChoice(): HTMLSelectElement {
  const options = ['1', '2', '3'].map((steps) =>
    element('option', { value: steps, selected: steps === '2' }, steps),
  );
  return element('select', { id: 'depth' }, ...options);
}

function region(load: () => Promise<Node>, isCurrent: () => boolean): HTMLElement {
  const made = element('div', { class: 'region' });
  void fill(made, load, isCurrent);
  return made;
}

function section(title: string, ...children: readonly Node[]): HTMLElement {
  return element('section', { 'aria-label': title }, element('h3', {}, title), ...children);
}
