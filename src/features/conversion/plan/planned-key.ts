import type { FoundColumn, FoundTable } from '../catalog/facts.js';
import type { ConversionPlan, PlannedColumn, PlannedNewColumn } from './conversion-plan.js';
import type { ConversionRequest } from './conversion-request.js';

/** The types of keys that a conversion knows. */
export const integerTypes: readonly string[] = ['smallint', 'integer', 'bigint'];

/** The primary key of a table, if it is one column; else what a refused plan shows for it. */
export function plannedKey(facts: FoundTable): ConversionPlan['key'] {
  const index = facts.indexes.find(({ constraint }) => constraint === 'p');
  const name = index?.columns[0] ?? 'id';
  return { name, type: foundColumn(facts, name)?.type ?? 'unknown', constraint: index?.name ?? '' };
}

/** A column by its name. */
export function foundColumn({ columns }: FoundTable, name: string): FoundColumn | undefined {
  return columns.find((column) => column.name === name);
}

/** Whether a column holds UUIDs as text. */
export function isTextType(type: string): boolean {
  return type === 'text' || /^character(?: varying)?(?:\(\d+\))?$/.test(type);
}

/** The column that a conversion adds. */
export function newColumnOf(facts: FoundTable, request: ConversionRequest): PlannedNewColumn {
  const { kind, uuidColumn = 'uuid', idColumn = 'internal_id' } = request;
  const createdAt = creationColumn(facts, request.createdAt);
  if (kind === 'add-bigint') {
    return { name: idColumn, type: 'bigint', value: 'creation-order', createdAt };
  }
  const value = kind === 'uuid-key' ? 'time-uuid' : 'random-uuid';
  return { name: uuidColumn, type: 'uuid', value, createdAt };
}

function creationColumn(facts: FoundTable, given: string | undefined): PlannedColumn | null {
  const names = given === undefined ? ['created_at', 'createdAt'] : [given];
  const column = names.map((name) => foundColumn(facts, name)).find((found) => found !== undefined);
  if (column === undefined || !tellsTime(column.type)) return null;
  return { name: column.name, type: column.type };
}

/** Whether a type tells a time. */
export function tellsTime(type: string): boolean {
  return type === 'date' || type.startsWith('timestamp');
}
