import { addHistory, installHistory, removeHistory, uninstallHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LogChanges1760002300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installHistory(runner);
    for (const table of tables) await addHistory(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await removeHistory(runner, table);
    await uninstallHistory(runner);
  }
}

const tables: readonly HistoryTable[] = [
  { table: 'users', keep: 'rows' },
  { table: 'products', keep: 'rows' },
  { table: 'carts', keep: 'rows' },
  { table: 'orders', keep: 'rows' },
  { table: 'order_items', keep: 'changes' },
  { table: 'order_status_history', keep: 'rows' },
];
