import { addDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const users = {
  table: 'users',
  type: { id: 30, name: 'user' },
  startWith: 400_000,
  namedBy: ['first_name', 'last_name'],
};

/** A user is erased, not removed: orders go on naming the public id of somebody who was there. */
export class EraseUsers1760000900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN deleted_at timestamptz');
    await addDualId(runner, { ...users, deletedAt: 'deleted_at' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await addDualId(runner, users);
    await runner.query('ALTER TABLE users DROP COLUMN deleted_at');
  }
}
