import { quoteTable, quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import { withEveryRow } from './schema-runner.js';

/** Where an identity sequence has to start at least. */
export interface SequenceStart {
  readonly table: string;
  readonly schema?: string | undefined;
  readonly column: string;
  readonly startWith: number | bigint | string;
}

/** Moves the identity sequence of a column forward to its start, or past the rows; never back. */
export async function advanceSequence(runner: SchemaRunner, start: SequenceStart): Promise<void> {
  const table = quoteText(quoteTable(start.table, start.schema));
  const column = quoteText(start.column);
  const sql = `SELECT dual_id.advance_sequence(${table}, ${column}, ${BigInt(start.startWith)})`;
  await withEveryRow(runner, () => runner.query(sql));
}
