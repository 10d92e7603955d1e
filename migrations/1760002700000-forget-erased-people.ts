import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ForgetErasedPeople1760002700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 6);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 5);
  }
}
