import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what somebody changed, and lets a user be removed without reading the whole history. */
export class IndexStatusChangers1760002300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX order_status_history_changed_by_id_ix ON order_status_history (changed_by_id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX order_status_history_changed_by_id_ix');
  }
}
