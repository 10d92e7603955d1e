import type { FoundIndex, FoundTable } from '../catalog/facts.js';
import { conversionSchema } from '../../../core/schema/converting.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan, PlannedColumn, TablePlace } from './conversion-plan.js';
import { withColumnReplaced, indexesOn } from './planned-indexes.js';
import { whereTrue } from './refused-note.js';

/** A column that the contract drops, and the one that takes its place. */
export interface GoingColumn {
  readonly table: TablePlace;
  readonly column: PlannedColumn;
  readonly twin: PlannedColumn;
  /** The indexes that are built again. */
  readonly indexes: readonly { readonly name: string }[];
  /** The foreign key of the column, or null where it is the key itself. */
  readonly constraint: string | null;
  /** Whether the twin takes the name of the column. */
  readonly keepsName: boolean;
}

/** The columns that the contract of a plan drops. */
export function goingColumns({
  kind,
  table,
  references,
  retyping,
}: Pick<ConversionPlan, 'kind' | 'table' | 'references' | 'retyping'>): GoingColumn[] {
  if (kind === 'add-master-uuid') return [];
  const ofKey =
    retyping === null ? [] : [{ ...retyping, table, constraint: null, keepsName: true }];
  return [...references.map((one) => ({ ...one, keepsName: kind === 'add-uuid' })), ...ofKey];
}

/** What uses a column that the contract drops. */
export function usersOf(facts: FoundTable, { column, keepsName }: GoingColumn): string[] {
  const { dependents, table } = facts;
  const found = dependents.filter((dependent) => dependent.column === column.name);
  return [
    ...found.map(({ what }) => what),
    ...(keepsName ? [] : readersOf(facts, column.name)),
  ].map(
    (what) =>
      `${what} uses ${column.name} of ${sqlTable(table)}. Let it use the new column between swap and contract.`,
  );
}

/** Triggers whose functions name a column that gets another type. */
export function retypedReaders(
  facts: FoundTable,
  { column, twin, keepsName }: GoingColumn,
): string[] {
  return (keepsName ? readersOf(facts, column.name) : []).map(
    (what) =>
      `${what} uses ${column.name} of ${sqlTable(facts.table)}, which becomes ${twin.type} at the contract; read it.`,
  );
}

function readersOf({ triggers }: FoundTable, column: string): string[] {
  return triggers
    .filter((one) => one.functionSchema !== conversionSchema && one.columns.includes(column))
    .map(({ name }) => `the function of the trigger ${name}`);
}

/** Foreign keys to other tables than the converted one that would go with a column, unseen. */
export function lostForeignKeys(
  facts: FoundTable,
  { column }: GoingColumn,
  converted: TablePlace,
): string[] {
  return facts.foreignKeys
    .filter(({ columns }) => columns.includes(column.name))
    .filter(({ columns, target }) => columns.length > 1 || sqlTable(target) !== sqlTable(converted))
    .map(
      ({ name, target }) =>
        `The foreign key ${name} of ${sqlTable(facts.table)} to ${sqlTable(target)} uses ${column.name} too, and would go with it. Drop it for the conversion, and let one of the new column follow.`,
    );
}

/** Why the indexes of a column cannot be built for its twin. `all` are those that a plan drops. */
export function indexRefusals(
  facts: FoundTable,
  { column, constraint }: GoingColumn,
  { isCopied, all }: { readonly isCopied: boolean; readonly all: readonly GoingColumn[] },
): string[] {
  const references = all
    .filter((one) => one.constraint !== null && sqlTable(one.table) === sqlTable(facts.table))
    .map((one) => one.column.name);
  return indexesOn(facts, column.name).flatMap((index) => {
    const place = `The index ${index.name} of ${sqlTable(facts.table)}`;
    const later = 'Drop it, and build it again after the conversion.';
    const isKey = index.constraint === 'p' && constraint === null;
    return whereTrue(
      [
        index.isReferenced && !isKey,
        `${place} is what another foreign key refers to. Convert that one first, or let it refer to another key.`,
      ],
      [index.isDeferrable, `${place} is deferrable. Make it one that is not.`],
      [index.isExclusion, `${place} holds an exclusion. ${later}`],
      [index.isReplicaIdentity, `${place} is the replica identity. Use another one, or FULL.`],
      [
        !isCopied && isInside(index, column.name, references),
        `${place} uses ${column.name} in an expression. ${later}`,
      ],
      [
        index.ownOperators.includes(column.name),
        `${place} has operators or a collation of its own. ${later}`,
      ],
    );
  });
}

/**
 * Whether an index depends on the value of a column, and not only on whether it is set, or is that of
 * another reference: twins are alike where the columns are.
 */
function isInside(
  { expressions }: FoundIndex,
  column: string,
  references: readonly string[],
): boolean {
  return expressions.some((expression) => {
    const marked = withColumnReplaced(expression, column, '\0');
    const others = references.reduce((text, one) => withColumnReplaced(text, one, '\t'), marked);
    return others.replaceAll(comparisons, '').includes('\0');
  });
}

/** Comparisons of marked columns that hold for their twins as well. */
const comparisons =
  /"\0" IS (?:NOT )?NULL|\("[\0\t]" (?:=|<>|IS (?:NOT )?DISTINCT FROM) "[\0\t]"\)/g;
