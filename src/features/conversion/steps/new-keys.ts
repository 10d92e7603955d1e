import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type {
  ConversionPlan,
  PlannedIndex,
  PlannedReference,
  TablePlace,
} from '../plan/conversion-plan.js';
import { sqlTable, written } from './names.js';
import type { ConversionStep } from './step.js';

/** Builds the indexes that the twin of a column needs, in the place of the column's own. */
export function indexSteps(table: TablePlace, indexes: readonly PlannedIndex[]): ConversionStep[] {
  return indexes.map(({ newName, isUnique, on }) => ({
    name: `index ${newName}`,
    phase: 'index',
    work: { kind: 'index', table, name: newName, isUnique, on },
    undo: [{ kind: 'drop-index', schema: table.schema, name: newName }],
  }));
}

/** Adds the foreign key of a twin, for new rows, and reads the others while clients write. */
export function foreignKeySteps(
  reference: PlannedReference,
  target: { readonly table: TablePlace; readonly column: string },
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
          locks: [target.table, table],
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

/** The tables of a plan in the order in which they are locked: the one that is referred to first. */
export function tablesToLock({ table, references }: ConversionPlan): TablePlace[] {
  const tables = [table, ...references.map((reference) => reference.table)];
  const byName = new Map(tables.map((one) => [sqlTable(one), one]));
  return [...byName.values()];
}
