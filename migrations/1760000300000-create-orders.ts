import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const orders = { table: 'orders', type: { id: 32, name: 'order' }, startWith: 3_422_000 };

export class CreateOrders1760000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TYPE order_status AS ENUM ('pending', 'processing', 'shipped',
      'delivered', 'cancelled', 'failed', 'return_requested', 'returned', 'refunded')`);
    await runner.query(`CREATE TABLE orders (
      user_id bigint NOT NULL,
      number integer NOT NULL,
      status order_status NOT NULL DEFAULT 'pending',
      day_of_week smallint NOT NULL,
      hour_of_day smallint NOT NULL,
      days_since_prior_order smallint,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT orders_user_id_fk FOREIGN KEY (user_id) REFERENCES users (id),
      CONSTRAINT orders_user_id_number_uq UNIQUE (user_id, number),
      CONSTRAINT orders_number_ck CHECK (number >= 1),
      CONSTRAINT orders_day_of_week_ck CHECK (day_of_week BETWEEN 0 AND 6),
      CONSTRAINT orders_hour_of_day_ck CHECK (hour_of_day BETWEEN 0 AND 23),
      CONSTRAINT orders_days_since_prior_order_ck CHECK (days_since_prior_order >= 0))`);
    await addDualId(runner, orders);
    await runner.query(
      'CREATE INDEX orders_user_id_created_at_ix ON orders (user_id, created_at, id)',
    );
    await runner.query('CREATE INDEX orders_created_at_ix ON orders (created_at, id)');
    await runner.query(`CREATE TABLE order_items (
      order_id bigint NOT NULL,
      product_id bigint NOT NULL,
      unit_price numeric(12,2),
      quantity integer NOT NULL,
      add_to_cart_order integer NOT NULL,
      reordered boolean NOT NULL,
      CONSTRAINT order_items_pk PRIMARY KEY (order_id, product_id),
      CONSTRAINT order_items_order_id_fk FOREIGN KEY (order_id) REFERENCES orders (id),
      CONSTRAINT order_items_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id),
      CONSTRAINT order_items_position_uq UNIQUE (order_id, add_to_cart_order),
      CONSTRAINT order_items_quantity_ck CHECK (quantity BETWEEN 1 AND 999),
      CONSTRAINT order_items_unit_price_ck CHECK (unit_price >= 0),
      CONSTRAINT order_items_position_ck CHECK (add_to_cart_order >= 1))`);
    await runner.query('CREATE INDEX order_items_product_id_ix ON order_items (product_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_items');
    await dropDualIdTable(runner, orders);
    await runner.query('DROP TYPE order_status');
  }
}
