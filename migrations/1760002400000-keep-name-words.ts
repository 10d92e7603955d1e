import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepNameWords1760002400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 3);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 2);
  }
}
