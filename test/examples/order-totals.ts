import {
  addConstraintNotValid,
  createIndexConcurrently,
  dropIndexConcurrently,
  inBatches,
  runMigrations,
  validateConstraint,
  withMigrationLock,
} from 'nest-dual-id';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';

/** A long migration of a table that others write to meanwhile; it may be interrupted anywhere. */
export class TotalOrders1770000000000 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders ADD COLUMN IF NOT EXISTS total numeric');
    await inBatches(
      runner,
      { table: 'orders' },
      (rows) => `UPDATE orders SET total = subtotal + tip WHERE total IS NULL AND ${rows}`,
    );
    const check = { table: 'orders', name: 'orders_total_ck', definition: 'CHECK (total >= 0)' };
    await addConstraintNotValid(runner, check);
    await validateConstraint(runner, check);
    const index = { name: 'orders_total_ix', table: 'orders', on: '(total)' };
    await createIndexConcurrently(runner, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndexConcurrently(runner, { name: 'orders_total_ix' });
    await runner.query('ALTER TABLE orders DROP COLUMN IF EXISTS total');
  }
}

/** What each of several instances does as it starts. */
export async function start(
  dataSource: DataSource,
  seedWhenEmpty: () => Promise<void>,
): Promise<void> {
  await runMigrations(dataSource);
  await withMigrationLock(dataSource, () => seedWhenEmpty());
}
