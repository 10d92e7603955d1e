import type { FoundTable } from '../catalog/facts.js';
import type { TableSize } from './conversion-plan.js';

/** How large a table is, as a plan keeps it. */
export function sizeOfTable({ table, rows, bytes, heapBytes, indexes }: FoundTable): TableSize {
  return { table, rows, bytes, heapBytes, indexes: indexes.length };
}
