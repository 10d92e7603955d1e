import type { FoundTable } from '../catalog/facts.js';
import type {
  ConversionKind,
  ConversionPlan,
  PlannedIndex,
  PlannedRetyping,
} from './conversion-plan.js';
import { plannedIndexes } from './planned-indexes.js';
import { isTextType } from './planned-key.js';

/** The twin of a key whose type has to change: a narrow integer, or a UUID kept as text. */
export function retypingOf(
  facts: FoundTable,
  key: ConversionPlan['key'],
  kind: ConversionKind,
): PlannedRetyping | null {
  const type = newTypeOf(key.type, kind);
  if (type === null) return null;
  const twin = { name: `${key.name}_${type}`, type };
  const indexes = plannedIndexes(facts, key.name, twin.name);
  const column = { name: key.name, type: key.type };
  if (kind === 'add-uuid') return { column, twin, indexes };
  // A key that has moved leaves a unique column behind.
  const ofKey = indexes.filter(({ constraint }) => constraint === 'primary');
  const others = indexes.filter(({ constraint }) => constraint !== 'primary');
  const unique = ofKey.map((index): PlannedIndex => Object.assign(index, { constraint: 'unique' }));
  return { column, twin, indexes: [...unique, ...others] };
}

function newTypeOf(type: string, kind: ConversionKind): string | null {
  if (kind === 'add-uuid') return type === 'integer' || type === 'smallint' ? 'bigint' : null;
  return kind === 'add-bigint' && isTextType(type) ? 'uuid' : null;
}
