import { installDualId, uninstallDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InstallDualId1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner, 1);
  }

  async down(runner: QueryRunner): Promise<void> {
    await uninstallDualId(runner);
  }
}
