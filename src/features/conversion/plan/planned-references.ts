import type { FoundReference, FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type {
  ConversionKind,
  ConversionPlan,
  PlannedColumn,
  PlannedNewColumn,
  PlannedReference,
  PlannedRetyping,
} from './conversion-plan.js';
import { renewedName, twinName } from './new-names.js';
import { plannedIndexes } from './planned-indexes.js';
import { foundColumn } from './planned-key.js';

/** What is known while a plan is made. */
export interface PlanContext {
  readonly facts: FoundTable;
  /** The tables that refer to it, by schema and name as JSON. */
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

/** The facts of a table that refers. */
export function childOf({ facts, children }: PlanContext, { table }: FoundReference): FoundTable {
  return children.get(JSON.stringify(table)) ?? facts;
}

function plannedReference(context: PlanContext, reference: FoundReference): PlannedReference {
  const child = childOf(context, reference);
  const column = foundColumn(child, reference.columns[0]!)!;
  const twin = twinOf(context, column.name);
  const renamed = {
    table: reference.table,
    columns: [column.name],
    from: column.name,
    to: twin.name,
  };
  return {
    table: reference.table,
    constraint: reference.name,
    definition: reference.definition,
    column: { name: column.name, type: column.type },
    isRequired: column.isRequired,
    twin,
    newConstraint: renewedName(reference.name, renamed),
    actions: actionsOf(reference, twin.name),
    indexes: plannedIndexes(child, column.name, twin.name),
  };
}

function twinOf({ key, added, retyping, kind }: PlanContext, column: string): PlannedColumn {
  if (kind === 'add-uuid') return { name: `${column}_${retyping!.twin.type}`, type: 'bigint' };
  return { name: twinName(column, key.name, added.name), type: added.type };
}

/** What follows the referenced column in a foreign key, for its twin. */
function actionsOf({ definition, columns }: FoundReference, twin: string): string {
  const [, actions = ''] = /\bREFERENCES [^(]*\([^)]*\)(.*)$/s.exec(definition) ?? [];
  const own = columns[0]!;
  return actions
    .replaceAll(`(${quoteIdentifier(own)})`, `(${quoteIdentifier(twin)})`)
    .replaceAll(`(${own})`, `(${quoteIdentifier(twin)})`);
}
