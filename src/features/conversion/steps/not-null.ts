import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { TablePlace } from '../plan/conversion-plan.js';
import { passingName, sqlTable, written } from './names.js';
import type { ConversionStep, Phase } from './step.js';

/**
 * The steps that make a column NOT NULL and read its rows while others write: a check that only
 * new rows have to pass, its validation, and NOT NULL, which a validated check spares the reading.
 */
export function notNullSteps(
  table: TablePlace,
  column: string,
  phase: Phase = 'validate',
): ConversionStep[] {
  const name = quoteIdentifier(passingName(table, `${column}_set`));
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const quoted = quoteIdentifier(column);
  const dropCheck = `${alter} DROP CONSTRAINT IF EXISTS ${name}`;
  const of = `${column} of ${written(table)}`;
  return [
    {
      name: `require ${of}`,
      phase,
      work: {
        kind: 'transaction',
        locks: [],
        statements: [`${alter} ADD CONSTRAINT ${name} CHECK (${quoted} IS NOT NULL) NOT VALID`],
      },
      undo: [{ kind: 'transaction', locks: [], statements: [dropCheck] }],
    },
    {
      name: `check ${of}`,
      phase,
      work: { kind: 'long', statements: [`${alter} VALIDATE CONSTRAINT ${name}`] },
      undo: [],
    },
    {
      name: `set not null ${of}`,
      phase,
      work: {
        kind: 'transaction',
        locks: [],
        statements: [`${alter} ALTER COLUMN ${quoted} SET NOT NULL`, dropCheck],
      },
      undo: [
        {
          kind: 'transaction',
          locks: [],
          statements: [`${alter} ALTER COLUMN ${quoted} DROP NOT NULL`],
        },
      ],
    },
  ];
}
