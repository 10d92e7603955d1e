import { addDualId, dropDualIdTable, installDualId, uninstallDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const invoices = { table: 'invoices', type: { id: 40, name: 'invoice' } };

export class CreateInvoices1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await runner.query('CREATE TABLE invoices (number text NOT NULL)');
    await addDualId(runner, invoices);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, invoices);
    await uninstallDualId(runner);
  }
}
