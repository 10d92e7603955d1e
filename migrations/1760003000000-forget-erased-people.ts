import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ForgetErasedPeople1760003000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 8);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 7);
  }
}
