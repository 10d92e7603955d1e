import type { FoundReference, FoundTable } from '../catalog/facts.js';
import { sqlTable } from '../steps/names.js';
import type { PlannedReference, PlanNote } from './conversion-plan.js';
import {
  goingColumns,
  indexRefusals,
  lostForeignKeys,
  retypedReaders,
  usersOf,
} from './going-columns.js';
import { foundColumn } from './planned-key.js';
import type { PlanContext } from './planned-references.js';
import { isToKey, factsOf } from './planned-references.js';
import { refusedNote, whereTrue } from './refused-note.js';
import { tableRefusals } from './table-refusals.js';

/** What the reader of a plan has to know of what hangs on the table. */
export function notesOn(context: PlanContext, references: readonly PlannedReference[]): PlanNote[] {
  const { facts, kind, retyping } = context;
  const movesKey = kind !== 'add-uuid';
  const follows = movesKey || retyping !== null;
  const children = follows ? [...context.children.values()] : [];
  const going = goingColumns({ kind, table: facts.table, references, retyping });
  const refusals = [
    ...children.flatMap((child) => tableRefusals(child, { keepsKey: true })),
    ...(movesKey ? restsOnKey(facts) : []),
    ...(follows ? facts.references.flatMap((one) => referenceRefusals(context, one)) : []),
    ...(follows ? repeatedRefusals(references) : []),
    ...going.flatMap((one) => [
      ...indexRefusals(factsOf(context, one.table), one, { isCopied: !movesKey, all: going }),
      ...lostForeignKeys(factsOf(context, one.table), one, facts.table),
    ]),
  ];
  return [
    ...refusals.map(refusedNote),
    ...going
      .flatMap((one) => usersOf(factsOf(context, one.table), one))
      .map((text): PlanNote => ({ kind: 'before-contract', text })),
    ...[
      ...[facts, ...children].flatMap(tableNotes),
      ...sequenceNotes(context),
      ...(movesKey ? includedNotes(facts) : []),
      ...going.flatMap((one) => retypedReaders(factsOf(context, one.table), one)),
    ].map((text): PlanNote => ({ kind: 'note', text })),
  ];
}

/** PostgreSQL drops the sequence of an identity together with its column. */
function sequenceNotes({ facts, key, retyping }: PlanContext): string[] {
  const hasIdentity = foundColumn(facts, key.name)!.identity !== '';
  return whereTrue([
    retyping !== null && hasIdentity,
    `The contract gives ${key.name} of ${sqlTable(facts.table)} another sequence of the same name: a \`nextval\` of it that waits for the contract fails once. Repeat it then, or let INSERT fill the column.`,
  ]);
}

/** The index of the old key is built again, of its column alone. */
function includedNotes({ table, indexes }: FoundTable): string[] {
  return indexes
    .filter(({ constraint, definition }) => constraint === 'p' && / INCLUDE \(/.test(definition))
    .map(
      ({ name }) =>
        `The primary key ${name} of ${sqlTable(table)} includes other columns; after the swap neither key does. Build an index that includes them before.`,
    );
}

function restsOnKey({ dependents, table }: FoundTable): string[] {
  return dependents
    .filter(({ column }) => column === null)
    .map(
      ({ what }) =>
        `${what} groups by the primary key of ${sqlTable(table)} alone. Let it group by each column that it shows, or by a subquery.`,
    );
}

function referenceRefusals(context: PlanContext, reference: FoundReference): string[] {
  const { key } = context;
  const place = `The foreign key ${reference.name} of ${sqlTable(reference.table)}`;
  if (!isToKey(reference, key.name)) {
    if (!reference.referenced.includes(key.name)) return [];
    return [
      `${place} refers to (${reference.referenced.join(', ')}). Let it refer to ${key.name} alone, or drop it during the conversion.`,
    ];
  }
  const column = foundColumn(factsOf(context, reference.table), reference.columns[0]!)!;
  const setsDefault = [reference.deleteAction, reference.updateAction].includes('d');
  const isFilled = column.default !== null || column.isGenerated || column.identity !== '';
  const isEnforced = !reference.definition.endsWith(' NOT ENFORCED');
  return whereTrue(
    [!isEnforced, `${place} is not enforced. Let it be enforced first.`],
    [isEnforced && !reference.isValid, `${place} is not validated. Validate it first.`],
    [setsDefault, `${place} sets a default. Let it set null, or refuse.`],
    [isFilled, `${place} has a column with a default or a generated one. Drop the default.`],
  );
}

/** Two foreign keys of one column would give it two twins of one name. */
function repeatedRefusals(references: readonly PlannedReference[]): string[] {
  return references
    .filter((one, index) => references.findIndex((other) => isSameColumn(one, other)) !== index)
    .map(
      ({ constraint, table, column }) =>
        `The foreign key ${constraint} of ${sqlTable(table)} is one more of ${column.name}. Drop all but one.`,
    );
}

function isSameColumn(one: PlannedReference, other: PlannedReference): boolean {
  return sqlTable(one.table) === sqlTable(other.table) && one.column.name === other.column.name;
}

function tableNotes({ table, triggers, publications, functions, columnGrants }: FoundTable) {
  const name = sqlTable(table);
  const fired = triggers.filter(
    ({ firesOnUpdate, functionSchema }) => firesOnUpdate && functionSchema !== 'dual_id_conversion',
  );
  return [
    ...fired.map(
      (trigger) =>
        `The trigger ${trigger.name} of ${name} fires for every row that the backfill changes. One of UPDATE OF with the columns that it cares about does not.`,
    ),
    ...publications.map(
      (one) =>
        `${name} is published by ${one}: subscribers need the new column before it is filled.`,
    ),
    ...functions.map((one) => `The function ${one} names ${name} in its text; read it.`),
    ...columnGrants.map(
      (role) => `${role} has rights on single columns of ${name}; grant it those on new ones.`,
    ),
  ];
}
