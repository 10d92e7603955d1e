import { installRelations, uninstallRelations } from 'nest-dual-id/relations';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InstallRelations1760002200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installRelations(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await uninstallRelations(runner);
  }
}
