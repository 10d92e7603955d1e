import { seeEveryRow } from '../database/whole-tables.js';

/** What schema functions need of TypeORM's `QueryRunner`: one statement at a time. */
export interface SchemaRunner {
  query(sql: string): Promise<unknown>;
}

/** Runs statements in order. Several in one text would hide which of them failed. */
export async function runAll(runner: SchemaRunner, statements: readonly string[]): Promise<void> {
  // DDL after DML in one transaction fails while deferred checks are pending.
  await runner.query('SET CONSTRAINTS ALL IMMEDIATE');
  await withEveryRow(runner, async () => {
    for (const statement of statements) await runner.query(statement);
  });
  // Rows that the same migration inserts next meet their passports only after the statement.
  await runner.query('SET CONSTRAINTS ALL DEFERRED');
}

/**
 * Passports, claims and sequences follow from all rows of a table: those that a policy hides from
 * the migration's role stop it. What else the migration does is left as it was.
 */
export async function withEveryRow(
  runner: SchemaRunner,
  work: () => Promise<unknown>,
): Promise<void> {
  await runner.query(
    `SELECT set_config('dual_id.row_security', current_setting('row_security'), true)`,
  );
  await runner.query(seeEveryRow);
  await work();
  // Outside of a transaction each setting ended with its own statement.
  await runner.query(`SELECT set_config('row_security',
    coalesce(nullif(current_setting('dual_id.row_security', true), ''), 'on'), true)`);
}
