import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import type { Fault } from './structure-check.js';

/** The findings made from TypeORM's statements, and the rest. */
export interface Sorted {
  readonly faults: readonly Fault[];
  /** The statements not reported yet. */
  readonly rest: readonly string[];
}

const capturedIdentifier = '"((?:[^"]|"")+)"';
const table = `((?:${capturedIdentifier}\\.)?${capturedIdentifier})`;
const dropColumnPattern = new RegExp(`^ALTER TABLE ${table} DROP COLUMN ${capturedIdentifier}$`);
const adding = new RegExp(`^ALTER TABLE ${table} ADD ${capturedIdentifier} ([^]+)$`);

/** Takes out the statements that drop a column, and those that create the same column again. */
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
    const [, path, schema, name, column] = dropColumnPattern.exec(statement) ?? [];
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
    if (dropColumnPattern.test(statement)) return false;
    const [, path, , , column] = adding.exec(statement) ?? [];
    return column === undefined || !remade.has(`${path} ${column}`);
  });
  return { faults, rest, isRemade: remade.size > 0 };
}

/** A column that the entity does not map. */
function unmapped(place: string, column: string, found: CatalogTable | undefined): Fault {
  const { type = 'its type', isNotNull = true } =
    found?.columns.find(({ name }) => name === column) ?? {};
  const nullable = isNotNull ? '' : ', nullable: true';
  return {
    place,
    problem: 'no entity maps the column, and TypeORM would drop it with all its values',
    fix: `Map it in the entity: @Column({ name: '${column}', type: '${type}'${nullable} }). Do not use what \`typeorm migration:generate\` writes for it.`,
  };
}

/** A column whose type is not the entity's. */
function changed(
  place: string,
  { path, column, definition }: Readonly<Record<'path' | 'column' | 'definition', string>>,
): Fault {
  const type = typeInDefinition(definition);
  return {
    place,
    problem: `the entity says ${type}, and TypeORM would create the column again without its values`,
    fix: `Change it in place, in a migration: ALTER TABLE ${path} ALTER COLUMN "${column}" TYPE ${type} USING "${column}"::${type}; or map the type that the database has. Do not use what \`typeorm migration:generate\` writes for it.`,
  };
}

function typeInDefinition(definition: string): string {
  const [type = ''] = definition.split(/ (?:NOT NULL|DEFAULT|GENERATED|COLLATE|CONSTRAINT)\b/);
  const serials: Record<string, string> = { SERIAL: 'integer', BIGSERIAL: 'bigint' };
  return serials[type] ?? type;
}
