import { upgradeIdempotency } from 'nest-dual-id/idempotency';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepSentAnswers1760003300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeIdempotency(runner);
  }

  /** Nothing an earlier release reads is left. */
  async down(): Promise<void> {}
}
