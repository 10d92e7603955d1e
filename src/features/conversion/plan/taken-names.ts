import type { FoundTable } from '../catalog/facts.js';
import type { ConversionSession } from '../run/session.js';
import { passingName, sqlTable } from '../steps/names.js';
import { newKeyIndex, oldKeyIndexes } from '../steps/passing-indexes.js';
import type { ConversionPlan, TablePlace } from './conversion-plan.js';
import { foundColumn } from './planned-key.js';

/** A name that a conversion gives in a table, or to an index in its schema. */
interface GivenName {
  readonly table: TablePlace;
  readonly name: string;
}

type NamedPlan = Omit<ConversionPlan, 'impact' | 'mark' | 'notes' | 'sizes'>;

/** Why the twins of columns cannot have their names. */
export function twinRefusals(
  { references, retyping, table, added, kind }: NamedPlan,
  factsOf: (table: TablePlace) => FoundTable,
): string[] {
  const own = retyping === null ? [] : [{ ...retyping, table }];
  const option = kind === 'add-bigint' ? '--id-column' : '--uuid-column';
  const given = [{ table, name: added.name }];
  return [...references, ...own].flatMap(({ table: place, column, twin }) => {
    const isGiven = given.some((one) => isSameName(one, { table: place, name: twin.name }));
    given.push({ table: place, name: twin.name });
    if (!isGiven && foundColumn(factsOf(place), twin.name) === undefined) return [];
    const wayOut = kind === 'add-uuid' ? '' : `, or choose another name with ${option}`;
    return [
      `${sqlTable(place)} has a column ${twin.name} already, or gets it: it is the name of the new one beside ${column.name}. Rename one of them${wayOut}.`,
    ];
  });
}

function isSameName(one: GivenName, other: GivenName): boolean {
  return sqlTable(one.table) === sqlTable(other.table) && one.name === other.name;
}

/** Why indexes and constraints cannot have their names. */
export async function takenNames(session: ConversionSession, plan: NamedPlan): Promise<string[]> {
  const [indexes, constraints] = [givenIndexes(plan), givenConstraints(plan)];
  const found = await session.rows<{ schema: string; name: string; table: string | null }>(
    `SELECT n.nspname AS schema, c.relname AS name, NULL AS table
     FROM unnest($1::text[], $2::text[]) AS g (schema, name)
     JOIN pg_namespace n ON n.nspname = g.schema
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = g.name
     UNION
     SELECT n.nspname, k.conname, c.relname
     FROM unnest($3::text[], $4::text[], $5::text[]) AS g (schema, name, in_table)
     JOIN pg_namespace n ON n.nspname = g.schema
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = g.in_table
     JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = g.name ORDER BY 1, 2`,
    [
      indexes.map(({ table }) => table.schema),
      indexes.map(({ name }) => name),
      constraints.map(({ table }) => table.schema),
      constraints.map(({ name }) => name),
      constraints.map(({ table }) => table.name),
    ],
  );
  return found.map(({ schema, name, table }) => {
    const place = table === null ? `the schema ${schema}` : sqlTable({ schema, name: table });
    return `The conversion needs the name ${name} in ${place}, and something has it. Rename that.`;
  });
}

function givenIndexes(plan: NamedPlan): GivenName[] {
  const { kind, table, added, names, references, retyping } = plan;
  const columns = [...references, ...(retyping === null ? [] : [{ ...retyping, table }])];
  const ofKey = kind === 'add-master-uuid' ? [] : [newKeyIndex({ table, added }), names.newKey];
  const ofSwap = ['add-bigint', 'uuid-key'].includes(kind)
    ? [...oldKeyIndexes(plan), names.oldKey]
    : [];
  return [
    ...[...ofKey, ...ofSwap].map((name) => ({ table, name })),
    ...columns.flatMap((column) =>
      column.indexes.flatMap(({ name, newName, finalName }) =>
        [...new Set([newName, finalName])]
          .filter((one) => one !== name)
          .map((one) => ({ table: column.table, name: one })),
      ),
    ),
  ];
}

function givenConstraints({ references, retyping, table, added, kind }: NamedPlan): GivenName[] {
  const required = [
    ...(kind === 'add-master-uuid' ? [] : [{ table, column: added.name }]),
    ...(retyping === null ? [] : [{ table, column: retyping.twin.name }]),
    ...references.map((one) => ({ table: one.table, column: one.twin.name })),
  ];
  return [
    ...references.map((one) => ({ table: one.table, name: one.newConstraint })),
    ...required.map((one) => ({
      table: one.table,
      name: passingName(one.table, `${one.column}_set`),
    })),
  ];
}
