import {
  addDualId,
  installDualId,
  removeDualId,
  uninstallDualId,
} from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const insurers = {
  table: 'Insurers',
  type: { id: 5, name: 'insurer' },
  columns: { id: 'InsurerId' },
  namedBy: ['CompanyName'],
};

export class AdoptInsurers1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await addDualId(runner, insurers);
  }

  async down(runner: QueryRunner): Promise<void> {
    await removeDualId(runner, insurers);
    await uninstallDualId(runner);
  }
}
