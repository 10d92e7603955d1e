import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A guest's cart belongs to nobody until somebody who is signed in claims it. */
export class AllowGuestCarts1760002500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE carts ALTER COLUMN user_id DROP NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE carts ALTER COLUMN user_id SET NOT NULL');
  }
}
