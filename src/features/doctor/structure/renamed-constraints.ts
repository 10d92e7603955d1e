import type { Catalog, CatalogConstraint } from '../catalog/catalog.js';
import { quotedIdentifier } from './quoted-identifier.js';
import type { Sorted } from './dropped-columns.js';
import type { Fault } from './structure-check.js';

/** A constraint or index that TypeORM would drop or add, identified by its definition. */
interface NamedStatement {
  readonly statement: string;
  readonly isIndex: boolean;
  /** The table, as TypeORM writes it. */
  readonly path: string;
  readonly name: string;
  /** Equal for two that differ only in their names. */
  readonly structure: string;
}

const path = `(?:${quotedIdentifier}\\.)?${quotedIdentifier}`;
const droppingKey = new RegExp(`^ALTER TABLE (${path}) DROP CONSTRAINT (${quotedIdentifier})$`);
const addingKey = new RegExp(`^ALTER TABLE (${path}) ADD CONSTRAINT (${quotedIdentifier}) ([^]+)$`);
const droppingIndex = new RegExp(`^DROP INDEX (?:${quotedIdentifier}\\.)?(${quotedIdentifier})$`);
const addingIndex = new RegExp(
  `^CREATE (UNIQUE )?INDEX (${quotedIdentifier}) ON (${path}) +\\(([^)]+)\\)\\s*$`,
);

/**
 * Takes out pairs of statements that drop something and add the same under another name. When
 * TypeORM would recreate a column, it also drops and adds its constraints and indexes under the
 * same names; that is no separate finding.
 */
export function renames(
  statements: readonly string[],
  catalog: Catalog,
  isRemade: boolean,
): Sorted {
  const dropped = statements.flatMap((one) => droppedBy(one, catalog) ?? []);
  const told = new Set<string>();
  const faults: Fault[] = [];
  for (const added of statements.flatMap((one) => addedBy(one) ?? [])) {
    const former = dropped.find(
      (one) =>
        !told.has(one.statement) &&
        one.structure === added.structure &&
        (one.name !== added.name || isRemade),
    );
    if (!former) continue;
    told.add(former.statement).add(added.statement);
    if (former.name !== added.name) faults.push(renamedConstraint(former, added));
  }
  return { faults, rest: statements.filter((statement) => !told.has(statement)) };
}

function renamedConstraint(former: NamedStatement, { path: table, name }: NamedStatement): Fault {
  const [from, to] = [unquoted(former.name), unquoted(name)];
  const schema = /^("(?:[^"]|"")+"\.)"/.exec(table)?.[1] ?? '';
  const statement = former.isIndex
    ? `ALTER INDEX ${schema}${former.name} RENAME TO ${name};`
    : `ALTER TABLE ${table} RENAME CONSTRAINT ${former.name} TO ${name};`;
  return {
    place: `${unquoted(table)} ${from}`,
    problem: `the entity declares the same under another name, ${to}`,
    fix: `Rename it in a migration, which takes no time: ${statement} or use the name in the entity.`,
  };
}

function droppedBy(statement: string, catalog: Catalog): NamedStatement | undefined {
  const [, table, key] = droppingKey.exec(statement) ?? [];
  if (table !== undefined) {
    const [name, schema] = table.split('.').map(unquoted).toReversed();
    const found = catalog
      .find(name!, schema)
      ?.constraints.find((one) => one.name === unquoted(key!));
    if (!found) return undefined;
    const structure = `${unquoted(table)} ${structureOf(found, catalog)}`;
    return { statement, isIndex: false, path: table, name: key!, structure };
  }
  const [, index] = droppingIndex.exec(statement) ?? [];
  if (index === undefined) return undefined;
  for (const owner of catalog.tables) {
    const found = owner.indexes.find(({ name }) => name === unquoted(index));
    if (!found || found.isPartial || found.columns.includes(null)) continue;
    const kind = found.isUnique ? 'unique index' : 'index';
    const structure = `${catalog.nameOf(owner)} ${kind} ${found.columns.join()}`;
    return { statement, isIndex: true, path: catalog.nameOf(owner), name: index, structure };
  }
  return undefined;
}

function addedBy(statement: string): NamedStatement | undefined {
  const [, table, key, definition] = addingKey.exec(statement) ?? [];
  if (table !== undefined) {
    const structure = `${unquoted(table)} ${structureOfSql(definition!)}`;
    return { statement, isIndex: false, path: table, name: key!, structure };
  }
  const [, unique, index, owner, columns] = addingIndex.exec(statement) ?? [];
  if (index === undefined) return undefined;
  const kind = unique === undefined ? 'index' : 'unique index';
  const structure = `${unquoted(owner!)} ${kind} ${unquotedColumns(columns!)}`;
  return { statement, isIndex: true, path: owner!, name: index, structure };
}

const actions: Record<string, string> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

function structureOf(found: CatalogConstraint, catalog: Catalog): string {
  const words: Record<string, string> = { p: 'PRIMARY KEY', u: 'UNIQUE', f: 'FOREIGN KEY' };
  const own = `${words[found.kind] ?? found.name} ${found.columns.join()}`;
  if (found.kind !== 'f') return own;
  const target = catalog.at(found.target!);
  const place = target ? catalog.nameOf(target) : found.target;
  return `${own} ${place} ${found.targetColumns.join()} ${actions[found.onDelete]}`;
}

function structureOfSql(definition: string): string {
  const [, kind = '', columns = '', , target = '', theirs = ''] =
    new RegExp(
      `^(PRIMARY KEY|UNIQUE|FOREIGN KEY) \\(([^)]+)\\)( REFERENCES (${path})\\(([^)]+)\\))?`,
    ).exec(definition) ?? [];
  if (kind !== 'FOREIGN KEY') return `${kind} ${unquotedColumns(columns)}`;
  const action = / ON DELETE (NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)/.exec(definition);
  const onDelete = action?.[1] ?? 'NO ACTION';
  return `${kind} ${unquotedColumns(columns)} ${unquoted(target)} ${unquotedColumns(theirs)} ${onDelete}`;
}

function unquotedColumns(columns: string): string {
  return columns
    .split(',')
    .map((one) => unquoted(one.trim()))
    .join();
}

/** A name without its quotes. */
function unquoted(name: string): string {
  return name.replaceAll(/""|"/g, (quotes) => (quotes === '""' ? '"' : ''));
}
