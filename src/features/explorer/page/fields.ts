import type { Values } from './api.js';
import { element } from './dom.js';
import { valueElement } from './values.js';

/** A value before and after a change; undefined where the API does not tell. */
export interface PropertyDifference {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

const maxNesting = 5;

/** What changed, one row for each property; of nested objects for each part that differs. */
export function differencesOf(before: Values, after: Values): PropertyDifference[] {
  return namesIn(before, after).flatMap((name) =>
    withParts(name, ownValue(before, name), ownValue(after, name)),
  );
}

function withParts(name: string, before: unknown, after: unknown, depth = 1): PropertyDifference[] {
  if (!hasParts(before) || !hasParts(after) || depth === maxNesting)
    return [{ name, before, after }];
  const parts = namesIn(before, after)
    .map((part) => [part, ownValue(before, part), ownValue(after, part)] as const)
    .filter(([, old, now]) => JSON.stringify(old) !== JSON.stringify(now))
    .flatMap(([part, old, now]) => withParts(`${name}.${part}`, old, now, depth + 1));
  return parts.length > 0 ? parts : [{ name, before, after }];
}

function namesIn(before: Values, after: Values): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}

/** Nested values may have properties of any name, such as `__proto__`. */
function ownValue(values: Values, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function hasParts(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of properties with their values before and after. */
export function differenceList(differences: readonly PropertyDifference[]): HTMLElement {
  return element('dl', { class: 'fields' }, ...differences.map(differenceRow));
}

function differenceRow({ name, before, after }: PropertyDifference): HTMLElement {
  const old =
    before !== undefined && side('before', element('del', {}, valueElement(before, after)));
  const now = after !== undefined && side('after', element('ins', {}, valueElement(after, before)));
  return element('div', {}, element('dt', {}, name), old || null, now || null);
}

/** Screen readers seldom tell what was deleted and what was inserted. */
function side(word: string, shown: HTMLElement): HTMLElement {
  return element('dd', { class: word }, element('span', { class: 'unseen' }, `${word}: `), shown);
}

/** A list of properties with their values. */
export function valueList(values: Values): HTMLElement {
  const rows = Object.entries(values).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, valueElement(value))),
  );
  return element('dl', { class: 'fields' }, ...rows);
}
