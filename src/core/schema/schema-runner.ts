/** What schema functions need of TypeORM's `QueryRunner`: one statement at a time. */
export interface SchemaRunner {
  query(sql: string): Promise<unknown>;
}

/** Runs statements in order. Several in one text would hide which of them failed. */
export async function runAll(runner: SchemaRunner, statements: readonly string[]): Promise<void> {
  // DDL after DML in one transaction fails while deferred checks are pending.
  await runner.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const statement of statements) await runner.query(statement);
  // Rows that the same migration inserts next meet their passports only after the statement.
  await runner.query('SET CONSTRAINTS ALL DEFERRED');
}
