import type { DataSource } from 'typeorm';

/** Runs one statement and answers its rows by column name. */
export type Query = <Row extends object>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** Statements on connections of the pool, each in its own moment. */
export function queryOf(dataSource: DataSource): Query {
  return (sql, values = []) => dataSource.query(sql, [...values]);
}

/** Runs work in one transaction on one connection, with settings that end with it. */
export async function inTransaction<T>(
  dataSource: DataSource,
  settings: Readonly<Record<string, string>>,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const query: Query = (sql, values = []) => runner.query(sql, [...values]);
  try {
    await runner.startTransaction('READ COMMITTED');
    const pairs = [Object.keys(settings), Object.values(settings)];
    await query(
      'SELECT set_config(s.name, s.value, true) FROM unnest($1::text[], $2::text[]) s(name, value)',
      pairs,
    );
    const result = await work(query);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
