import { addDualId, dropDualIdTable, installDualId, uninstallDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tickets = { table: 'tickets', type: { id: 500, name: 'ticket' } };

export class CreateTickets1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await runner.query('CREATE TABLE tickets (seat text NOT NULL)');
    await addDualId(runner, tickets);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, tickets);
    await uninstallDualId(runner);
  }
}
