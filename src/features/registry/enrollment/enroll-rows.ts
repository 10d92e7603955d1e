import type { QueryRunner } from 'typeorm';
import { explainHiddenRows, sqlStateOf } from '../../../core/database/whole-tables.js';
import { problem } from '../../../core/errors/problem.js';
import { inBatches } from '../../../core/migrations/in-batches.js';
import { refuseTransaction } from '../../../core/migrations/migration-session.js';
import { quoteTable, quoteText } from '../../../core/sql/quoting.js';
import { enrollBatch } from './enroll-batch.js';
import type { RowsToEnroll } from './rows-to-enroll.js';

/**
 * Gives every row of a service table that names no passport a record of its own, in batches, in a
 * migration with `transaction = false`. A record and the link to it are committed together, so that
 * after an interruption the rest follows when it is called again. Rows that clients insert meanwhile
 * without a passport may be left to the next call.
 *
 * @example
 * await enrollRows(runner, { table: 'campaigns', type: 'campaign', namedBy: ['title'] });
 */
export async function enrollRows(runner: QueryRunner, rows: RowsToEnroll): Promise<void> {
  refuseTransaction(runner, 'enrollRows');
  const type = await recordTypeOf(runner, rows);
  const hasUuid = await requireColumns(runner, rows);
  await seeingEveryRow(runner, () =>
    inBatches(runner, rows, enrollBatch(rows, type, hasUuid)).catch((error: unknown) => {
      throw sqlStateOf(error) === '23505' ? sharedName(rows, error) : error;
    }),
  );
}

async function recordTypeOf(runner: QueryRunner, { type }: RowsToEnroll): Promise<number> {
  const [found] = (await runner.query(
    'SELECT id FROM dual_id.platform_types WHERE name = $1 AND record',
    [type],
  )) as { id: number }[];
  if (found) return found.id;
  const detail = `There is no kind of records called ${type}. Add it with addRecordType in a migration before this one.`;
  throw problem('setup_refused', { detail });
}

/** Returns whether there is a column for the public id as well. */
async function requireColumns(runner: QueryRunner, rows: RowsToEnroll): Promise<boolean> {
  const { table, schema, masterColumn = 'master_id', uuidColumn = 'master_uuid' } = rows;
  const name = quoteTable(table, schema);
  const columns = (await runner.query(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = ${quoteText(name)}::regclass AND attnum > 0 AND NOT attisdropped`,
  )) as { name: string }[];
  const has = (column: string) => columns.some((one) => one.name === column);
  if (has(masterColumn)) return has(uuidColumn);
  const detail = `${name} has no column ${masterColumn}. Name it as masterColumn, or add it in a migration before this one: ALTER TABLE ${name} ADD COLUMN master_id bigint, ADD COLUMN master_uuid uuid.`;
  throw problem('setup_refused', { detail });
}

/** Rows that a policy hides would stay without a passport, and nobody would know. */
async function seeingEveryRow(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  const ask = async (sql: string) => (await runner.query(sql)) as never[];
  const [before] = (await runner.query(
    `SELECT current_setting('row_security') AS value, set_config('row_security', 'off', false)`,
  )) as { value: string }[];
  try {
    await work();
  } catch (error) {
    throw await explainHiddenRows(error, ask);
  } finally {
    // A connection that was lost has lost the setting as well.
    await runner
      .query(`SELECT set_config('row_security', $1, false)`, [before!.value])
      .catch(() => undefined);
  }
}

function sharedName({ table, type }: RowsToEnroll, cause: unknown): Error {
  const detail = `Two rows of ${table} would give records of the kind ${type} one name, or two rows one passport, and both are unique. Correct the rows, name more columns in namedBy, or leave namedBy out.`;
  return problem('setup_refused', { detail, cause });
}
