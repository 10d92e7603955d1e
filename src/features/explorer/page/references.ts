import type { ImpactItemResponse } from './api.js';
import { readJson } from './api.js';
import { element } from './dom.js';
import { badge } from './links.js';
import { emptyState } from './states.js';

const effectTexts: Readonly<Record<string, string>> = {
  blocks: 'prevents its deletion',
  cascades: 'would be deleted with it',
  clears: 'would be cleared with it',
};

/** Lists what refers to an entity: rows of other entities, links and relations. */
export async function referenceList(uuid: string): Promise<Node> {
  const { items } = await readJson<{ items: readonly ImpactItemResponse[] }>(
    `/registry/${uuid}/impact`,
  );
  if (items.length === 0) return emptyState('Nothing refers to it.');
  return element('ul', { class: 'cards' }, ...items.map(card));
}

function card({
  kind,
  type,
  through,
  effect,
  count,
  capped,
  examples,
}: ImpactItemResponse): HTMLElement {
  const number = capped ? `more than ${count}` : String(count);
  const words = [kind, through && `through ${through}`, effectTexts[effect]]
    .filter(Boolean)
    .join(' · ');
  return element(
    'li',
    { class: 'card' },
    element('p', { class: 'number' }, element('strong', {}, number), ' ', badge(type)),
    element('p', { class: 'words' }, words),
    examples.length === 0 ? null : element('ul', { class: 'list' }, ...examples.map(example)),
  );
}

function example(uuid: string): HTMLElement {
  return element('li', {}, element('a', { href: `#${uuid}` }, element('code', {}, uuid)));
}
