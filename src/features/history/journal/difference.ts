import type { Knowledge } from './state.js';
import type { Recorded } from './shown-image.js';
import type { StateAt } from './version.js';

/** What differs between two states of an entity. */
export interface Difference<V> {
  /** What is known of both: where one is not `known`, its values are left out. */
  readonly knowledge: { readonly before: Knowledge; readonly after: Knowledge };
  readonly before: Partial<Recorded<V>>;
  readonly after: Partial<Recorded<V>>;
}

/** Compares two states, property by property. */
export function differenceOf<V>(before: StateAt<V>, after: StateAt<V>): Difference<V> {
  const knowledge = { before: before.knowledge, after: after.knowledge };
  const { value: old } = before;
  const { value: made } = after;
  if (!old || !made) return { knowledge, before: { ...old }, after: { ...made } } as Difference<V>;
  const properties = (Object.keys(made) as (keyof V)[]).filter(
    (property) => JSON.stringify(old[property]) !== JSON.stringify(made[property]),
  );
  const only = (value: Recorded<V>) =>
    Object.fromEntries(properties.map((property) => [property, value[property]]));
  return { knowledge, before: only(old), after: only(made) } as Difference<V>;
}
