import type { ImpactItem } from './api.js';
import { read } from './api.js';
import { element } from './dom.js';
import { badge } from './links.js';
import { nothing } from './states.js';

const effects: Readonly<Record<string, string>> = {
  blocks: 'keeps it from being deleted',
  cascades: 'would be deleted with it',
  clears: 'would be cleared with it',
};

/** Lists what refers to an entity: rows of other entities, links and relations. */
export async function referencesOf(uuid: string): Promise<Node> {
  const { items } = await read<{ items: readonly ImpactItem[] }>(`/registry/${uuid}/impact`);
  if (items.length === 0) return nothing('Nothing refers to it.');
  return element('ul', { class: 'cards' }, ...items.map(card));
}

function card({ kind, type, through, effect, count, capped, examples }: ImpactItem): HTMLElement {
  const number = capped ? `more than ${count}` : String(count);
  const words = [kind, through && `through ${through}`, effects[effect]]
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
