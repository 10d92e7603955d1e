import type { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import { liftLimits, liftQueryLimit } from '../../core/data-source/job-session.js';
import { ofConnection } from '../../core/database/connection-loss.js';
import { connectionSettingsOf } from '../../core/data-source/limits.js';
import { plainTransactionSettings, setLocalSql } from '../../core/data-source/plain-settings.js';
import { ConstraintFields } from '../../core/database/constraint-fields.js';
import type { Row } from '../../core/database/row.js';
import { translateDatabaseError } from '../../core/database/database-errors.js';
import {
  explainHiddenRows,
  HiddenRowsError,
  seeEveryRow,
} from '../../core/database/whole-tables.js';
import { Transaction } from '../../core/database/transaction.js';
import { ExportError } from './export-error.js';
import type { ExportStatement } from './export-statement.js';

/** The number of rows fetched at a time. */
const batchSize = 500;

const preparations = [
  'SET TRANSACTION READ ONLY',
  liftLimits,
  `SET LOCAL lock_timeout = '60s'`,
  'SET LOCAL jit = off',
  // A subset of the rows would pass for all of them.
  seeEveryRow,
];

/**
 * Reads a statement batch by batch with a cursor: the rows of one snapshot, however long it takes.
 * The next batch is fetched on demand, and ending the iteration ends the transaction.
 */
export async function* readInSnapshot(
  dataSource: DataSource,
  statement: ExportStatement,
): AsyncGenerator<readonly Row[]> {
  const runner = dataSource.createQueryRunner();
  let transaction: Transaction | undefined;
  let restore = () => {};
  try {
    transaction = await Transaction.begin(runner, { isolation: 'REPEATABLE READ' });
    restore = liftQueryLimit(transaction.client);
    const { mode } = connectionSettingsOf(dataSource.options);
    if (mode !== 'direct') await transaction.client.query(setLocalSql(plainTransactionSettings()));
    yield* batches(transaction.client, statement);
  } catch (error) {
    await transaction?.rollback();
    const told = await explainHiddenRows(error, (sql) => runner.query(sql));
    throw explained(told, dataSource);
  } finally {
    // Nothing was written, so there is nothing to commit.
    await transaction?.rollback();
    restore();
    await runner.release();
  }
}

async function* batches(
  client: PoolClient,
  { text, values }: ExportStatement,
): AsyncGenerator<readonly Row[]> {
  for (const preparation of preparations) await client.query(preparation);
  await client.query(`DECLARE dual_id_export NO SCROLL CURSOR FOR ${text}`, values as unknown[]);
  const fetch = { text: `FETCH ${batchSize} FROM dual_id_export`, rowMode: 'array' as const };
  for (;;) {
    const { rows } = await client.query<unknown[]>(fetch);
    if (rows.length > 0) yield rows;
    if (rows.length < batchSize) return;
  }
}

function explained(error: unknown, { entityMetadatas }: DataSource): unknown {
  if (error instanceof HiddenRowsError) return new ExportError(error.message, { cause: error });
  const { code } = error as { code?: unknown };
  if (code === '55P03') {
    return new ExportError(
      'A table of the view was locked for a minute, perhaps by a migration. Run the export again ' +
        'when that has ended.',
      { cause: error },
    );
  }
  if (code !== '42P01')
    return translateDatabaseError(ofConnection(error), new ConstraintFields(entityMetadatas));
  return new ExportError('A table of the view is missing. Run `dual-id migrate` first.', {
    cause: error,
  });
}
