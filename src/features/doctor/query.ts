import type { DataSource, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { liftLimits, withoutQueryLimit } from '../../core/data-source/job-session.js';
import { explainHiddenRows, seeEveryRow } from '../../core/database/whole-tables.js';

/** Runs one statement and returns its rows by column name. */
export type Query = <Row extends object>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** A doctor that only looks waits for a migration, but not for a session that was forgotten. */
export const patientSettings = { lock_timeout: '60s' };

/** Statements on connections of the pool, each in its own moment. */
export function queryOf(dataSource: DataSource): Query {
  return (sql, values) => looking(dataSource, patientSettings, (query) => query(sql, values));
}

/** A transaction that only looks. What keeps it from a table for too long is told in words. */
export async function looking<T>(
  dataSource: DataSource,
  settings: Readonly<Record<string, string>>,
  work: (query: Query, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(dataSource, settings, work);
  } catch (error) {
    const { code } = (error as { driverError?: { code?: unknown } }).driverError ?? {};
    if (code !== '55P03') throw error;
    throw new Error(
      'A table was locked for a minute, by a migration perhaps. Run the doctor again when that ' +
        'has ended.',
      { cause: error },
    );
  }
}

/**
 * Runs work in one transaction on one connection, with settings that end with it. Limits that are
 * meant for requests do not apply.
 * A table of which the role would see a part is an error: the rest would look like damage.
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  settings: Readonly<Record<string, string>>,
  work: (query: Query, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const query: Query = (sql, values = []) => runner.query(sql, [...values]);
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
