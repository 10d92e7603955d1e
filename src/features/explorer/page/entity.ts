import type { ResolutionResponse } from './api.js';
import { urlOfPath, readJson, RefusalResponse } from './api.js';
import { elementById, element } from './dom.js';
import { graphOf } from './graph.js';
import { showHistory } from './history.js';
import { badge } from './links.js';
import { referenceList } from './references.js';
import { relationsOf } from './relations.js';
import { failure, fillState } from './states.js';

let opened = 0;

/** Shows an entity: what it is, where the API keeps it, and everything around it. */
export async function openEntity(uuid: string): Promise<void> {
  const own = ++opened;
  const isCurrent = () => own === opened;
  document.title = `${uuid} · Explorer`;
  await fillState(
    elementById('entity'),
    () =>
      readJson<ResolutionResponse>(`/resolve/${uuid}`).then(
        (resolution) => entityRegion(resolution, isCurrent),
        (error: unknown) => deletedRegion(uuid, error, isCurrent),
      ),
    isCurrent,
  );
  if (isCurrent()) elementById('entity').querySelector<HTMLElement>('h2')?.focus();
}

function entityRegion(
  { uuid, type, status, href }: ResolutionResponse,
  isCurrent: () => boolean,
): Node {
  const drawing = element('div', { class: 'region' });
  const depth = depthChoice();
  const draw = () => void fillState(drawing, () => graphOf(uuid, depth.value), isCurrent);
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
      region(() => referenceList(uuid), isCurrent),
    ),
    historyRegion(uuid, isCurrent),
  );
}

/** The history of a deleted entity may still be readable. */
function deletedRegion(uuid: string, error: unknown, isCurrent: () => boolean): Node {
  if (!(error instanceof RefusalResponse) || error.code !== 'gone') throw error;
  const heading = element('h2', { tabindex: -1 }, element('code', {}, uuid));
  return element(
    'article',
    {},
    element('header', {}, heading, failure(error)),
    historyRegion(uuid, isCurrent),
  );
}

function historyRegion(uuid: string, isCurrent: () => boolean): HTMLElement {
  const made = element('div', {});
  void showHistory(uuid, made, isCurrent);
  return made;
}

function facts(status: string, href: string | null): HTMLElement {
  const address =
    href === null
      ? 'The API has no address for it.'
      : element('a', { href: urlOfPath(href), class: 'address' }, `GET ${href}`);
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
  void fillState(made, load, isCurrent);
  return made;
}

function section(title: string, ...children: readonly Node[]): HTMLElement {
  return element('section', { 'aria-label': title }, element('h3', {}, title), ...children);
}
