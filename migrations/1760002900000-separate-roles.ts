import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SeparateRoles1760002900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 7);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 6);
  }
}
