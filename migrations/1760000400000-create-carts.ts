import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const carts = { table: 'carts', type: { id: 33, name: 'cart' } };

export class CreateCarts1760000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE carts (
      user_id bigint NOT NULL,
      closed_at timestamptz,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT carts_user_id_fk FOREIGN KEY (user_id) REFERENCES users (id))`);
    await addDualId(runner, carts);
    await runner.query(
      'CREATE UNIQUE INDEX carts_open_uq ON carts (user_id) WHERE closed_at IS NULL',
    );
    await runner.query('CREATE INDEX carts_user_id_ix ON carts (user_id)');
    await runner.query(`CREATE TABLE cart_items (
      cart_id bigint NOT NULL,
      product_id bigint NOT NULL,
      added_at timestamptz NOT NULL DEFAULT now(),
      quantity integer NOT NULL,
      CONSTRAINT cart_items_pk PRIMARY KEY (cart_id, product_id),
      CONSTRAINT cart_items_cart_id_fk FOREIGN KEY (cart_id) REFERENCES carts (id),
      CONSTRAINT cart_items_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id),
      CONSTRAINT cart_items_quantity_ck CHECK (quantity BETWEEN 1 AND 999))`);
    await runner.query('CREATE INDEX cart_items_product_id_ix ON cart_items (product_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cart_items');
    await dropDualIdTable(runner, carts);
  }
}
