import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type {
  ConversionPlan,
  PlannedIndex,
  PlannedReference,
  TablePlace,
} from '../plan/conversion-plan.js';
import { constraintName } from '../../../core/sql/constraint-name.js';
import { sqlTable, written } from './names.js';
import type { ConversionStep, Phase } from './step.js';

/** Builds the indexes of a column's twin, which replace those of the column. */
export function indexSteps(table: TablePlace, indexes: readonly PlannedIndex[]): ConversionStep[] {
  return indexes.map((index) => indexStep(table, index, index.newName));
}

/**
 * The same for a table that refers to the converted one. What is unique comes with the contract: two
 * unique indexes for the same rows make clients fail that insert the same row at once, as ON
 * CONFLICT looks at the one with the columns that it names. Until then an index helps lookups.
 */
export function lookupSteps(table: TablePlace, indexes: readonly PlannedIndex[]): ConversionStep[] {
  return indexes.map((index) =>
    index.isUnique
      ? indexStep(table, { ...index, isUnique: false }, lookupIndex(index))
      : indexStep(table, index, index.newName),
  );
}

/** The name of the index that stands for a unique one until the contract. */
export function lookupIndex({ newName }: PlannedIndex): string {
  return constraintName(newName, 'converting');
}

/** Builds one index while clients write. */
export function indexStep(
  table: TablePlace,
  { isUnique, on }: PlannedIndex,
  name: string,
  phase: Phase = 'index',
): ConversionStep {
  return {
    name: `index ${name}`,
    phase,
    work: { kind: 'index', table, name, isUnique, on },
    undo: [{ kind: 'drop-index', schema: table.schema, name }],
  };
}

/** What a twin refers to. */
export interface ReferredKey {
  readonly table: TablePlace;
  readonly column: string;
  /** The table is converted, and not a registry. */
  readonly isOwn: boolean;
}

/** Adds the foreign key of a twin, for new rows, and reads the others while clients write. */
export function foreignKeySteps(
  reference: PlannedReference,
  target: ReferredKey,
): ConversionStep[] {
  const { table, twin, newConstraint, actions } = reference;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const name = quoteIdentifier(newConstraint);
  return [
    {
      name: `refer by ${twin.name} of ${written(table)}`,
      phase: 'index',
      work: {
        kind: 'transaction',
        locks: [],
        statements: [
          `${alter} ADD CONSTRAINT ${name} FOREIGN KEY (${quoteIdentifier(twin.name)})
             REFERENCES ${sqlTable(target.table)} (${quoteIdentifier(target.column)})${actions} NOT VALID`,
        ],
      },
      undo: [
        {
          kind: 'transaction',
          locks: ownTables(target, table),
          statements: [`${alter} DROP CONSTRAINT IF EXISTS ${name}`],
        },
      ],
    },
    {
      name: `check the references by ${twin.name} of ${written(table)}`,
      phase: 'validate',
      work: { kind: 'long', statements: [`${alter} VALIDATE CONSTRAINT ${name}`] },
      undo: [],
    },
  ];
}

/** A registry of others need not be locked by name, for which its role may lack the right. */
function ownTables(target: ReferredKey, table: TablePlace): TablePlace[] {
  return target.isOwn ? [target.table, table] : [table];
}

/** The tables of a plan in the order in which they are locked: the one that is referred to first. */
export function tablesToLock({ table, references }: ConversionPlan): TablePlace[] {
  const tables = [table, ...references.map((reference) => reference.table)];
  const byName = new Map(tables.map((one) => [sqlTable(one), one]));
  return [...byName.values()];
}
