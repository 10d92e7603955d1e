import { DefaultNamingStrategy } from 'typeorm';
import { constraintName, shortName } from '../../../core/sql/constraint-name.js';
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

/** A column that gets another name. */
export interface RenamedColumn {
  readonly from: string;
  readonly to: string;
}

/** Columns of a constraint or an index, some of which get another name. */
export interface RenamedColumns {
  readonly table: TablePlace;
  readonly columns: readonly string[];
  readonly renames: readonly RenamedColumn[];
}

/**
 * The name of the twin of a column that refers to a key: `user_uuid` beside `user_id`, `userUuid`
 * beside `userId`. An ending that repeats the key's name, or `id`, is replaced.
 */
export function twinName(column: string, key: string, added: string): string {
  const camel = added.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  for (const ending of ['id', key]) {
    const start = column.slice(0, -ending.length);
    const end = column.slice(-ending.length);
    if (end.toLowerCase() !== ending.toLowerCase() || start === '') continue;
    if (start.endsWith('_')) return shortName(start + added);
    if (/[a-z0-9]$/.test(start) && /^[A-Z]/.test(end)) {
      return shortName(start + camel.charAt(0).toUpperCase() + camel.slice(1));
    }
  }
  return shortName(`${column}_${added}`);
}

/** The name of the column that holds the same values in another type, until it takes their name. */
export function copyName(column: string, type: string): string {
  return shortName(`${column}_${type}`);
}

/**
 * The name of what is rebuilt for another column: made as TypeORM made the old one, or with
 * the column's new name instead of the old one, or with that name appended.
 */
export function renewedName(name: string, { table, columns, renames }: RenamedColumns): string {
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  const renewed = columns.map((column) => names.get(column) ?? column);
  for (const namer of Object.values(namers)) {
    if (name === namer(table.name, [...columns])) return namer(table.name, renewed);
  }
  const replaced = renames.reduce((text, { from, to }) => {
    const word = new RegExp(`(?<![A-Za-z0-9])${escaped(from)}(?![A-Za-z0-9])`, 'g');
    return text.replaceAll(word, () => to);
  }, name);
  return replaced === name ? appendedName(name, renames) : shortName(replaced);
}

/** The name of what is built again, where the old one tells nothing of the columns. */
export function appendedName(name: string, renames: readonly RenamedColumn[]): string {
  return shortName(`${name}_${renames.map(({ to }) => to).join('_')}`);
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}-]/g, String.raw`\$&`);
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
