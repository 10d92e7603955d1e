import type { ConversionPlan } from '../plan/conversion-plan.js';
import { passingName } from './names.js';

type Named<Key extends keyof ConversionPlan> = Pick<ConversionPlan, 'table' | Key>;

/** The name of the index that holds the new column unique, until a constraint takes it. */
export function newKeyIndex({ table, added }: Named<'added'>): string {
  return passingName(table, added.name);
}

/** The names of the index that holds the old key unique after the swap, and after one back. */
export function oldKeyIndexes({ table, key }: Named<'key'>): readonly [string, string] {
  return [passingName(table, key.name), passingName(table, `${key.name}_back`)];
}
