import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DropMasterKey1760002600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 5);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 4);
  }
}
