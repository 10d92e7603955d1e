import { DefaultNamingStrategy } from 'typeorm';
import { constraintName } from '../../../core/sql/constraint-name.js';
import type { TablePlace } from './conversion-plan.js';

const typeorm = new DefaultNamingStrategy();

/** The kinds of names that TypeORM makes of a table and its columns. */
const namers = {
  primary: (table: string, columns: string[]) => typeorm.primaryKeyName(table, columns),
  unique: (table: string, columns: string[]) => typeorm.uniqueConstraintName(table, columns),
  relation: (table: string, columns: string[]) => typeorm.relationConstraintName(table, columns),
  foreign: (table: string, columns: string[]) => typeorm.foreignKeyName(table, columns),
  index: (table: string, columns: string[]) => typeorm.indexName(table, columns),
} as const;

/** Columns of a constraint or an index, one of which gets another name. */
export interface RenamedColumn {
  readonly table: TablePlace;
  readonly columns: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** The name of the twin of a column that refers to a key: `user_uuid` beside `user_id`. */
export function twinName(column: string, key: string, added: string): string {
  const camel = added.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const start = column.slice(0, -key.length);
  const ending = column.slice(-key.length);
  if (start !== '' && ending === key && start.endsWith('_')) return clippedName(start + added);
  if (start !== '' && ending.toLowerCase() === key.toLowerCase() && /[a-z0-9]$/.test(start)) {
    return clippedName(start + camel.charAt(0).toUpperCase() + camel.slice(1));
  }
  return clippedName(`${column}_${added}`);
}

/**
 * The name of what is built again for another column: made as TypeORM made the old one, or with
 * the column's new name in the place of the old one, or with that name at its end.
 */
export function renewedName(name: string, renamed: RenamedColumn): string {
  const { table, columns, from, to } = renamed;
  const renewed = columns.map((column) => (column === from ? to : column));
  for (const namer of Object.values(namers)) {
    if (name === namer(table.name, [...columns])) return namer(table.name, renewed);
  }
  const replaced = name.replaceAll(from, to);
  return clippedName(replaced === name ? `${name}_${to}` : replaced);
}

/** The name of a constraint of one column: TypeORM's, where that of the primary key is. */
export function constraintOf(
  kind: 'primary' | 'unique',
  table: TablePlace,
  column: string,
  primaryKey: { readonly name: string; readonly column: string },
): string {
  const isTypeorm = primaryKey.name === namers.primary(table.name, [primaryKey.column]);
  if (isTypeorm) return namers[kind](table.name, [column]);
  return constraintName(table.name, `${column}_${kind === 'primary' ? 'pk' : 'uq'}`);
}

function clippedName(name: string): string {
  const place = name.indexOf('_');
  return place < 0 ? name : constraintName(name.slice(0, place), name.slice(place + 1));
}
