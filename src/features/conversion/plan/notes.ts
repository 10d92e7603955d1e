import type { FoundIndex, FoundReference, FoundTable } from '../catalog/facts.js';
import { sqlTable } from '../steps/names.js';
import type { PlannedReference, PlanNote } from './conversion-plan.js';
import { indexesOn } from './planned-indexes.js';
import { foundColumn } from './planned-key.js';
import type { PlanContext } from './planned-references.js';
import { childOf, isToKey } from './planned-references.js';
import { refusedNote, tableRefusals, whereTrue } from './refusals.js';

/** What the reader of a plan has to know of what hangs on the table. */
export function notesOn(context: PlanContext, references: readonly PlannedReference[]): PlanNote[] {
  const { facts, key, kind } = context;
  const movesKey = kind !== 'add-uuid';
  const follows = movesKey || context.retyping !== null;
  return [
    ...(movesKey ? restsOnKey(facts) : []),
    ...(follows ? facts.references.flatMap((one) => referenceNotes(context, one)) : []),
    ...(follows && context.retyping !== null
      ? [...goingNotes(facts, key.name), ...typeNotes(facts, key.name)]
      : []),
    ...references.flatMap(({ table, column }) => {
      const child = childOf(context, { table } as FoundReference);
      return goingNotes(child, column.name);
    }),
    ...[facts, ...(follows ? context.children.values() : [])].flatMap(tableNotes),
  ];
}

function restsOnKey({ dependents, table }: FoundTable): PlanNote[] {
  return dependents
    .filter(({ column }) => column === null)
    .map(({ what }) =>
      refusedNote(
        `${what} groups by the primary key of ${sqlTable(table)} alone. Let it group by each column that it shows, or by a subquery.`,
      ),
    );
}

function referenceNotes(context: PlanContext, reference: FoundReference): PlanNote[] {
  const { key, facts, kind } = context;
  const child = childOf(context, reference);
  const place = `The foreign key ${reference.name} of ${sqlTable(reference.table)}`;
  if (!isToKey(reference, key.name)) {
    if (!reference.referenced.includes(key.name)) return [];
    return [
      refusedNote(
        `${place} refers to (${reference.referenced.join(', ')}). Let it refer to ${key.name} alone, or drop it during the conversion.`,
      ),
    ];
  }
  const column = foundColumn(child, reference.columns[0]!)!;
  const setsDefault = [reference.deleteAction, reference.updateAction].includes('d');
  const isFilled = column.default !== null || column.isGenerated;
  const own = whereTrue(
    [!reference.isValid, `${place} is not validated. Validate it first.`],
    [setsDefault, `${place} sets a default. Let it set null, or refuse.`],
    [isFilled, `${place} has a column with a default or a generated one. Drop the default.`],
  );
  return [
    ...(child === facts ? [] : tableRefusals(child)),
    ...own,
    ...indexesOn(child, column.name).flatMap((index) =>
      indexRefusals(index, { child, column: column.name, changesType: kind !== 'add-uuid' }),
    ),
  ].map(refusedNote);
}

interface TwinnedColumn {
  readonly child: FoundTable;
  readonly column: string;
  readonly changesType: boolean;
}

function indexRefusals(
  { name, columns, ...index }: FoundIndex,
  { child, column, changesType }: TwinnedColumn,
): string[] {
  const place = `The index ${name} of ${sqlTable(child.table)}`;
  const later = 'Drop it, and build it again after the conversion.';
  const isInside = changesType && index.hasExpression && !columns.includes(column);
  return whereTrue(
    [
      index.isReferenced,
      `${place} is what another foreign key refers to. Convert that one first, or let it refer to another key.`,
    ],
    [index.isDeferrable, `${place} is deferrable. Make it one that is not.`],
    [isInside, `${place} uses ${column} in an expression. ${later}`],
    [changesType && index.hasOwnOperators, `${place} has operators of its own. ${later}`],
  );
}

/** What uses a column that the contract drops. */
function goingNotes({ dependents, table }: FoundTable, column: string): PlanNote[] {
  return dependents
    .filter((dependent) => dependent.column === column)
    .map(({ what }) => ({
      kind: 'before-contract',
      text: `${what} uses ${column} of ${sqlTable(table)}. Let it use the new column between swap and contract.`,
    }));
}

function typeNotes({ indexes, table }: FoundTable, column: string): PlanNote[] {
  return indexes
    .filter(({ columns, constraint }) => columns.includes(column) && constraint !== 'p')
    .filter(({ isReferenced }) => isReferenced)
    .map(({ name }) =>
      refusedNote(
        `Foreign keys refer to the index ${name} of ${sqlTable(table)}. Drop them first.`,
      ),
    );
}

function tableNotes({ table, triggers, publications, functions, columnGrants }: FoundTable) {
  const name = sqlTable(table);
  const fired = triggers.filter(
    ({ firesOnUpdate, functionSchema }) => firesOnUpdate && functionSchema !== 'dual_id',
  );
  return [
    ...fired.map((trigger) =>
      note(`The trigger ${trigger.name} of ${name} fires for every row that the backfill changes.`),
    ),
    ...publications.map((one) =>
      note(`${name} is published by ${one}: subscribers need the new column before it is filled.`),
    ),
    ...functions.map((one) => note(`The function ${one} names ${name} in its text; read it.`)),
    ...columnGrants.map((role) =>
      note(`${role} has rights on single columns of ${name}; grant it those on new ones.`),
    ),
  ];
}

function note(text: string): PlanNote {
  return { kind: 'note', text };
}
