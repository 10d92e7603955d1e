import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const users = {
  table: 'users',
  type: { id: 30, name: 'user' },
  startWith: 400_000,
  namedBy: ['first_name', 'last_name'],
};

export class CreateUsers1760000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users (
      first_name text NOT NULL,
      last_name text NOT NULL,
      email text NOT NULL,
      phone text,
      street text,
      city text,
      postal_code text,
      country text,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now())`);
    await addDualId(runner, users);
    await runner.query('CREATE UNIQUE INDEX users_email_uq ON users (lower(email))');
    await runner.query('CREATE INDEX users_created_at_ix ON users (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, users);
  }
}
