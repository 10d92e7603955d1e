import type { FoundIndex, FoundTable } from '../catalog/facts.js';
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
}

/** The columns that the contract of a plan drops. */
export function goingColumns({
  kind,
  table,
  references,
  retyping,
}: Pick<ConversionPlan, 'kind' | 'table' | 'references' | 'retyping'>): GoingColumn[] {
  if (kind === 'add-master-uuid') return [];
  return [...references, ...(retyping === null ? [] : [{ ...retyping, table, constraint: null }])];
}

/** What uses a column that the contract drops. */
export function usersOf({ dependents, table }: FoundTable, column: string): string[] {
  return dependents
    .filter((dependent) => dependent.column === column)
    .map(
      ({ what }) =>
        `${what} uses ${column} of ${sqlTable(table)}. Let it use the new column between swap and contract.`,
    );
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

/** Why the indexes of a column cannot be built for its twin. */
export function indexRefusals(
  facts: FoundTable,
  { column, constraint }: GoingColumn,
  isCopied: boolean,
): string[] {
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
        !isCopied && isInside(index, column.name),
        `${place} uses ${column.name} in an expression. ${later}`,
      ],
      [
        index.ownOperators.includes(column.name),
        `${place} has operators or a collation of its own. ${later}`,
      ],
    );
  });
}

/** Whether an index depends on the value of a column, and not only on whether it is set. */
function isInside({ expressions }: FoundIndex, column: string): boolean {
  return expressions.some((expression) => {
    const marked = withColumnReplaced(expression, column, '\0');
    return marked.replaceAll(/"\0" IS (?:NOT )?NULL/g, '').includes('\0');
  });
}
