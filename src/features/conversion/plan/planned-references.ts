import type { FoundReference, FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type {
  ConversionKind,
  ConversionPlan,
  PlannedColumn,
  PlannedNewColumn,
  PlannedReference,
  PlannedRetyping,
  TablePlace,
} from './conversion-plan.js';
import type { RenamedColumn } from './new-names.js';
import { copyName, renewedName, twinName } from './new-names.js';
import { plannedIndexes } from './planned-indexes.js';
import { sqlTable } from '../steps/names.js';
import { foundColumn } from './planned-key.js';

/** What is known while a plan is made. */
export interface PlanContext {
  readonly facts: FoundTable;
  /** The tables that refer to it, by their names as SQL. */
  readonly children: ReadonlyMap<string, FoundTable>;
  readonly key: ConversionPlan['key'];
  readonly added: PlannedNewColumn;
  readonly retyping: PlannedRetyping | null;
  readonly kind: ConversionKind;
}

/** The foreign keys to the primary key, with their twins. */
export function plannedReferences(context: PlanContext): PlannedReference[] {
  return context.facts.references
    .filter((reference) => isToKey(reference, context.key.name))
    .map((reference) => plannedReference(context, reference));
}

/** Whether a foreign key is one column that refers to the key. */
export function isToKey({ columns, referenced }: FoundReference, key: string): boolean {
  return columns.length === 1 && referenced[0] === key;
}

/** The facts of the converted table, or of one that refers to it. */
export function factsOf({ facts, children }: PlanContext, table: TablePlace): FoundTable {
  return children.get(sqlTable(table)) ?? facts;
}

function plannedReference(context: PlanContext, reference: FoundReference): PlannedReference {
  const child = factsOf(context, reference.table);
  const column = foundColumn(child, reference.columns[0]!)!;
  const twin = twinOf(context, column.name);
  const renames = [{ from: column.name, to: twin.name }];
  return {
    table: reference.table,
    constraint: reference.name,
    definition: reference.definition,
    column: { name: column.name, type: column.type },
    isRequired: column.isRequired,
    twin,
    newConstraint: renewedName(reference.name, {
      table: reference.table,
      columns: [column.name],
      renames,
    }),
    actions: actionsOf(reference, twin.name),
    indexes: plannedIndexes(child, column.name, renamesOf(context, reference.table)),
  };
}

/** The columns of a table that get twins, in the order in which the contract drops them. */
export function renamesOf(context: PlanContext, table: TablePlace): RenamedColumn[] {
  const { facts, key, retyping } = context;
  const isOwn = sqlTable(table) === sqlTable(facts.table);
  const references = facts.references
    .filter((one) => isToKey(one, key.name) && sqlTable(one.table) === sqlTable(table))
    .map(({ columns: [column = ''] }) => ({ from: column, to: twinOf(context, column).name }));
  const own = retyping !== null && isOwn ? [{ from: key.name, to: retyping.twin.name }] : [];
  return [...references, ...own];
}

function twinOf({ key, added, retyping, kind }: PlanContext, column: string): PlannedColumn {
  if (kind === 'add-uuid') return { name: copyName(column, retyping!.twin.type), type: 'bigint' };
  return { name: twinName(column, key.name, added.name), type: added.type };
}

const quotedOrPlain = (outside: string) => String.raw`(?:"(?:[^"]|"")*"|[^"${outside}])*`;
const foreignKeyParts = new RegExp(
  String.raw`^FOREIGN KEY \(${quotedOrPlain(')')}\) REFERENCES ${quotedOrPlain('(')}\(${quotedOrPlain(')')}\)(.*)$`,
  's',
);

/** What follows the referenced column in a foreign key, for its twin. */
function actionsOf({ definition, columns }: FoundReference, twin: string): string {
  const [, actions = ''] = foreignKeyParts.exec(definition) ?? [];
  const own = columns[0]!;
  return actions
    .replaceAll(`(${quoteIdentifier(own)})`, () => `(${quoteIdentifier(twin)})`)
    .replaceAll(`(${own})`, () => `(${quoteIdentifier(twin)})`);
}
