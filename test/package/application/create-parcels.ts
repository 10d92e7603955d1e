import { addDualId, dropDualIdTable, installDualId, uninstallDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const parcels = {
  table: 'parcels',
  type: { id: 70, name: 'parcel' },
  namedBy: ['label'],
  deletedAt: 'deleted_at',
};

export class CreateParcels1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner, 1);
    await runner.query('CREATE TABLE parcels (label text NOT NULL, deleted_at timestamptz)');
    await addDualId(runner, parcels);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, parcels);
    await uninstallDualId(runner);
  }
}
