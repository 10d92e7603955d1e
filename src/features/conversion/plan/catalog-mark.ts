import { createHash } from 'node:crypto';
import type { FoundTable } from '../catalog/facts.js';

/** A digest of all that a plan rests on: another one means that the plan is to be made again. */
export function catalogMark(tables: readonly FoundTable[]): string {
  const structure = tables.map((table) => ({ ...table, rows: 0, bytes: 0, heapBytes: 0 }));
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex');
}
