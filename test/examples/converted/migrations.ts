import { contractConversion, rollBackConversion, runConversion } from 'nest-dual-id/conversion';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ConvertCustomers1780000000000 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runConversion(runner, { table: 'customers', kind: 'add-uuid' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await rollBackConversion(runner, 'customers');
  }
}

export class ContractCustomers1780000100000 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await contractConversion(runner, 'customers');
  }

  async down(): Promise<void> {
    throw new Error('The old columns are gone. Restore a backup, or go on.');
  }
}
