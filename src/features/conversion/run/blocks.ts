import type { TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionStep } from '../steps/step.js';
import { climbing } from './lock-ladder.js';
import type { StepRun } from './step-run.js';

/** The file of a table, and how many blocks it has. */
export interface TableFile {
  readonly file: string;
  readonly blocks: number;
}

/** Reads where the rows of a table are, which waits for whoever has it locked. */
export async function fileOf(
  { session, options }: StepRun,
  { name }: ConversionStep,
  table: TablePlace,
): Promise<TableFile> {
  const [row] = await climbing(session, options, `"${name}"`, () =>
    session.rows<TableFile>(
      `SELECT pg_relation_filenode($1::regclass)::text AS file,
         (pg_relation_size($1::regclass) / current_setting('block_size')::int)::float8 AS blocks`,
      [sqlTable(table)],
    ),
  );
  return row!;
}

/** The first row identifier of a block. */
export function firstRowOf(block: number): string {
  return `(${block},0)`;
}

/** Blocks from one up to, but without another. */
export interface BlockRange {
  readonly from: number;
  readonly end: number;
}

/** So many neighboring parts of a range, or fewer where it has not enough blocks. */
export function rangesOf({ from, end }: BlockRange, count: number): BlockRange[] {
  const blocks = end - from;
  const parts = Math.max(1, Math.min(count, blocks));
  const edge = (part: number) => from + Math.round((blocks * part) / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: edge(part), end: edge(part + 1) }));
}
