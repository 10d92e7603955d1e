import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UpgradeDualId1800000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 1);
  }
}
