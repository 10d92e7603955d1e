import { installIdempotency, uninstallIdempotency } from 'nest-dual-id/idempotency';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InstallIdempotency1760000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installIdempotency(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await uninstallIdempotency(runner);
  }
}
