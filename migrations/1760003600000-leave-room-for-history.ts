import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * History brings the numbers of its departments and aisles along, which start at 1: what the shop
 * makes itself starts at 1000.
 */
export class LeaveRoomForHistory1760003600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['departments', 'aisles']) {
      await runner.query(`SELECT dual_id.advance_sequence('${table}', 'id', 1000)`);
    }
  }

  /** Numbers that were left out do no harm, and none may be given twice. */
  async down(): Promise<void> {}
}
