import { DefaultNamingStrategy } from 'typeorm';
import { SnakeCaseNaming } from '../../../core/data-source/snake-case-naming.js';
import { constraintName, shortName } from '../../../core/sql/constraint-name.js';
import type { TablePlace } from './conversion-plan.js';

/** TypeORM's naming, and this library's: names that either has made are made again by it. */
const strategies = [new DefaultNamingStrategy(), new SnakeCaseNaming()] as const;

/** The kinds of names that a strategy makes of a table and its columns. */
const namers = {
  primary: 'primaryKeyName',
  unique: 'uniqueConstraintName',
  relation: 'relationConstraintName',
  foreign: 'foreignKeyName',
  index: 'indexName',
} as const;

const nameEndings = { primary: 'pk', unique: 'uq', foreign: 'fk', index: 'ix' } as const;

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
  /** How the condition of an index may have been written, and how it is written for the new column. */
  readonly conditions?: readonly (readonly [string, string])[];
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
 * The name of what is rebuilt for another column: made as TypeORM or this library made the old one,
 * or with the column's new name instead of the old one, or with that name appended.
 */
export function renewedName(name: string, renamed: RenamedColumns): string {
  const { table, columns, renames, conditions = [] } = renamed;
  const names = new Map(renames.map(({ from, to }) => [from, to]));
  const renewed = columns.map((column) => names.get(column) ?? column);
  for (const strategy of strategies) {
    for (const namer of Object.values(namers)) {
      if (name !== strategy[namer](table.name, [...columns])) continue;
      const made = strategy[namer](table.name, renewed);
      return made === name ? appendedName(name, renames) : made;
    }
  }
  const [typeorm] = strategies;
  for (const [before, after] of conditions) {
    if (name !== typeorm.indexName(table.name, [...columns], before)) continue;
    return typeorm.indexName(table.name, renewed, after);
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

/** The name of something of one column: TypeORM's, where that of the primary key is. */
export function constraintOf(
  kind: keyof typeof nameEndings,
  table: TablePlace,
  column: string,
  primaryKey: { readonly name: string; readonly column: string },
): string {
  const [typeorm] = strategies;
  const isTypeorm = primaryKey.name === typeorm.primaryKeyName(table.name, [primaryKey.column]);
  if (isTypeorm) return typeorm[namers[kind]](table.name, [column]);
  return constraintName(table.name, `${column}_${nameEndings[kind]}`);
}
