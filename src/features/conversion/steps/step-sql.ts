import { quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import { sqlTable } from './names.js';
import type { ConversionStep, Work } from './step.js';

/** A step as a reader of the plan sees it. */
export interface StepText {
  readonly name: string;
  readonly phase: ConversionStep['phase'];
  /** What it locks, in words. */
  readonly locks: string;
  /**
   * The statements, in order. `$1` and `$2` are the first row of a range of blocks, and of the next
   * range: such a statement is run for one range after another; a backfill in rounds `$3`.
   */
  readonly sql: readonly string[];
  /** What takes the step back. */
  readonly undo: readonly string[];
}

/** Writes a step as text: its locks, its statements and those that take it back. */
export function describeStep({ name, phase, work, undo }: ConversionStep): StepText {
  return { name, phase, locks: writtenLocks(work), sql: sqlOf(work), undo: undo.flatMap(sqlOf) };
}

function sqlOf(work: Work): string[] {
  switch (work.kind) {
    case 'transaction': {
      const tables = work.locks.map(sqlTable).join(', ');
      const lock = tables === '' ? [] : [`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`];
      return ['BEGIN', ...lock, ...work.statements.map(dedented), 'COMMIT'];
    }
    case 'long':
      return ['BEGIN', ...work.statements.map(dedented), 'COMMIT'];
    case 'index': {
      const kind = work.isUnique ? 'UNIQUE INDEX' : 'INDEX';
      const place = `${quoteIdentifier(work.name)} ON ${sqlTable(work.table)}`;
      return [`CREATE ${kind} CONCURRENTLY ${place} ${work.on}`];
    }
    case 'drop-index':
      return [`DROP INDEX CONCURRENTLY IF EXISTS ${quoteTable(work.name, work.schema)}`];
    case 'batches':
      return [dedented(work.update)];
    case 'checks':
      return work.checks.map(({ query }) => dedented(query));
  }
}

function writtenLocks(work: Work): string {
  switch (work.kind) {
    case 'transaction': {
      const tables = work.locks.map(({ schema, name }) => `${schema}.${name}`).join(', ');
      return tables === '' ? 'the tables that it changes, briefly' : `${tables}, briefly`;
    }
    case 'batches':
      return 'the rows of a batch';
    default:
      return 'no reader or writer';
  }
}

/** A statement as if it had been written at the left margin. */
function dedented(sql: string): string {
  const [first, ...rest] = sql.split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const margin = Math.max(0, Math.min(...indents) - 2);
  return [first, ...rest.map((line) => line.slice(margin))].join('\n');
}
