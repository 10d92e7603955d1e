import { upgradeIdempotency } from 'nest-dual-id/idempotency';
import { upgradeRelations } from 'nest-dual-id/relations';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UpgradeFeatures1760003200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeIdempotency(runner);
    await upgradeRelations(runner);
  }

  /** Earlier releases work with what is there. */
  async down(): Promise<void> {}
}
