import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UpgradeDualId1760002000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 2);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 1);
  }
}
