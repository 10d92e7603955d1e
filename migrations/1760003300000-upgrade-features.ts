import { upgradeIdempotency } from 'nest-dual-id/idempotency';
import { upgradeRelations } from 'nest-dual-id/relations';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Brings what earlier releases installed up to date; a new database is that already. */
export class UpgradeFeatures1760003300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeIdempotency(runner);
    await upgradeRelations(runner);
  }

  /** Nothing is taken back, for earlier releases of the features work with what is there. */
  async down(): Promise<void> {}
}
