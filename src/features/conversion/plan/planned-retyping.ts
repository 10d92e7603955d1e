import type {
  ConversionKind,
  ConversionPlan,
  PlannedIndex,
  PlannedRetyping,
} from './conversion-plan.js';
import { copyName } from './new-names.js';
import { isTextType } from './planned-key.js';

/** The twin of a key whose type has to change: a narrow integer, or a UUID kept as text. */
export function retypingOf(
  key: ConversionPlan['key'],
  kind: ConversionKind,
): PlannedRetyping | null {
  const type = newTypeOf(key.type, kind);
  if (type === null) return null;
  const twin = { name: copyName(key.name, type), type };
  return { column: { name: key.name, type: key.type }, twin, indexes: [] };
}

/** The indexes of the twin. A key that has moved leaves a unique column behind. */
export function retypedIndexes(
  indexes: readonly PlannedIndex[],
  kind: ConversionKind,
): PlannedIndex[] {
  const isUnique = ({ constraint }: PlannedIndex) =>
    constraint === 'primary' && kind !== 'add-uuid';
  return indexes.map((index) =>
    isUnique(index) ? Object.assign(index, { constraint: 'unique' as const }) : index,
  );
}

function newTypeOf(type: string, kind: ConversionKind): string | null {
  if (kind === 'add-uuid') return type === 'integer' || type === 'smallint' ? 'bigint' : null;
  return kind === 'add-bigint' && isTextType(type) ? 'uuid' : null;
}
