import { downgradeDualId, upgradeDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyPassportsByEntity1760002500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await upgradeDualId(runner, 4);
  }

  async down(runner: QueryRunner): Promise<void> {
    await downgradeDualId(runner, 3);
  }
}
