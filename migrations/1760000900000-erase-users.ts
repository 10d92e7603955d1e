import { addDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const users = {
  table: 'users',
  type: { id: 30, name: 'user' },
  startWith: 400_000,
  namedBy: ['first_name', 'last_name'],
};

/**
 * A user is erased, not removed: orders go on naming the public id of somebody who was there. An
 * address is taken only while its user is there: whoever left may come back with it.
 */
export class EraseUsers1760000900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN deleted_at timestamptz');
    await addDualId(runner, { ...users, deletedAt: 'deleted_at' });
    await runner.query('DROP INDEX users_email_uq');
    await runner.query(
      'CREATE UNIQUE INDEX users_email_uq ON users (lower(email)) WHERE deleted_at IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await addDualId(runner, users);
    await runner.query('DROP INDEX users_email_uq');
    await runner.query('CREATE UNIQUE INDEX users_email_uq ON users (lower(email))');
    await runner.query('ALTER TABLE users DROP COLUMN deleted_at');
  }
}
