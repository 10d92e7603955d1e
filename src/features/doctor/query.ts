import type { DataSource, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { liftLimits, withoutQueryLimit } from '../../core/data-source/job-session.js';
import { explainHiddenRows, seeEveryRow } from '../../core/database/whole-tables.js';

/** Runs one statement and returns its rows by column name. */
export type RunQuery = <Row extends object>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** The read-only doctor waits for a migration, but not for a forgotten session. */
export const patientSettings = { lock_timeout: '60s' };

/** Statements on connections of the pool, each with its own snapshot. */
export function queryOf(dataSource: DataSource): RunQuery {
  return (sql, values) => looking(dataSource, patientSettings, (query) => query(sql, values));
}

/** A read-only transaction. A table that stays locked is reported in a plain sentence. */
export async function looking<T>(
  dataSource: DataSource,
  settings: Readonly<Record<string, string>>,
  work: (query: RunQuery, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  try {
    return await runInTransaction(dataSource, settings, work);
  } catch (error) {
    const { code } = (error as { driverError?: { code?: unknown } }).driverError ?? {};
    if (code !== '55P03') throw error;
    throw new Error(
      'A table was locked for a minute, perhaps by a migration. Run the doctor again when it ' +
        'has ended.',
      { cause: error },
    );
  }
}

/**
 * Runs work in one transaction on one connection, with settings that end with it. The limits for
 * requests do not apply. A table of which the role can see only some rows is an error: the missing
 * rows would look like damage.
 */
export async function runInTransaction<T>(
  dataSource: DataSource,
  settings: Readonly<Record<string, string>>,
  work: (query: RunQuery, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const query: RunQuery = (sql, values = []) => runner.query(sql, [...values]);
  const run = async () => {
    await runner.startTransaction('READ COMMITTED');
    await query(liftLimits);
    await query(seeEveryRow);
    const pairs = [Object.keys(settings), Object.values(settings)];
    await query(
      'SELECT set_config(s.name, s.value, true) FROM unnest($1::text[], $2::text[]) s(name, value)',
      pairs,
    );
    const result = await work(query, runner);
    await runner.commitTransaction();
    return result;
  };
  try {
    return await withoutQueryLimit((await runner.connect()) as PoolClient, run);
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw await explainHiddenRows(error, query);
  } finally {
    await runner.release();
  }
}
