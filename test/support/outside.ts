import type { DataSource } from 'typeorm';

/** Runs SQL on a separate connection, whatever transaction the test is in. */
export async function queryOutside<Row = Record<string, unknown>>(
  dataSource: DataSource,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const runner = dataSource.createQueryRunner();
  try {
    return (await runner.query(text, [...values])) as Row[];
  } finally {
    await runner.release();
  }
}
