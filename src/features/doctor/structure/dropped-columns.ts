import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import type { Fault } from './structure-check.js';

/** What became of TypeORM's statements. */
export interface Sorted {
  readonly faults: readonly Fault[];
  /** The statements that are not told yet. */
  readonly rest: readonly string[];
}

const identifier = '"((?:[^"]|"")+)"';
const table = `((?:${identifier}\\.)?${identifier})`;
const dropping = new RegExp(`^ALTER TABLE ${table} DROP COLUMN ${identifier}$`);
const adding = new RegExp(`^ALTER TABLE ${table} ADD ${identifier} ([^]+)$`);

/** Takes out the statements that drop a column, and those that make the same column again. */
export function keepColumns(
  statements: readonly string[],
  catalog: Catalog,
): Sorted & { readonly isRemade: boolean } {
  const added = new Map<string, string>();
  for (const statement of statements) {
    const [, path, , , column, definition] = adding.exec(statement) ?? [];
    if (column !== undefined) added.set(`${path} ${column}`, definition!);
  }
  const faults: Fault[] = [];
  const remade = new Set<string>();
  for (const statement of statements) {
    const [, path, schema, name, column] = dropping.exec(statement) ?? [];
    if (column === undefined) continue;
    const found = catalog.find(name!, schema);
    const place = `${found ? catalog.nameOf(found) : name}.${column}`;
    const definition = added.get(`${path} ${column}`);
    if (definition === undefined) faults.push(unmapped(place, column, found));
    else {
      remade.add(`${path} ${column}`);
      faults.push(changed(place, { path: path!, column, definition }));
    }
  }
  const rest = statements.filter((statement) => {
    if (dropping.test(statement)) return false;
    const [, path, , , column] = adding.exec(statement) ?? [];
    return column === undefined || !remade.has(`${path} ${column}`);
  });
  return { faults, rest, isRemade: remade.size > 0 };
}

/** The entity does not know the column. */
function unmapped(place: string, column: string, found: CatalogTable | undefined): Fault {
  const { type = 'its type', isNotNull = true } =
    found?.columns.find(({ name }) => name === column) ?? {};
  const nullable = isNotNull ? '' : ', nullable: true';
  return {
    place,
    problem: 'no entity maps the column, and TypeORM would take it away with all its values',
    cure: `Map it in the entity: @Column({ name: '${column}', type: '${type}'${nullable} }). Take nothing that \`typeorm migration:generate\` writes about it.`,
  };
}

/** The column is of another type than the entity says. */
function changed(
  place: string,
  { path, column, definition }: Readonly<Record<'path' | 'column' | 'definition', string>>,
): Fault {
  const type = typeOf(definition);
  return {
    place,
    problem: `the entity says ${type}, and TypeORM would make the column anew without its values`,
    cure: `Change it in place, in a migration: ALTER TABLE ${path} ALTER COLUMN "${column}" TYPE ${type} USING "${column}"::${type}; or map the type that the database has. Take nothing that \`typeorm migration:generate\` writes about it.`,
  };
}

function typeOf(definition: string): string {
  const [type = ''] = definition.split(/ (?:NOT NULL|DEFAULT|GENERATED|COLLATE|CONSTRAINT)\b/);
  const serials: Record<string, string> = { SERIAL: 'integer', BIGSERIAL: 'bigint' };
  return serials[type] ?? type;
}
