import { addDualId, addReferenceId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const products = {
  table: 'products',
  type: { id: 31, name: 'product' },
  startWith: 100_000,
  namedBy: ['name'],
};

export class CreateProducts1760000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    for (const table of ['departments', 'aisles']) {
      await runner.query(`CREATE TABLE ${table} (name text NOT NULL)`);
      await addReferenceId(runner, { table });
    }
    await runner.query(`CREATE TABLE products (
      name text NOT NULL,
      price numeric(12,2),
      department_id integer NOT NULL,
      aisle_id integer NOT NULL,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT products_price_ck CHECK (price >= 0),
      CONSTRAINT products_department_id_fk FOREIGN KEY (department_id) REFERENCES departments (id),
      CONSTRAINT products_aisle_id_fk FOREIGN KEY (aisle_id) REFERENCES aisles (id))`);
    await addDualId(runner, products);
    await runner.query('CREATE INDEX products_name_ix ON products (name, id)');
    await runner.query(
      'CREATE INDEX products_department_id_ix ON products (department_id, name, id)',
    );
    await runner.query('CREATE INDEX products_aisle_id_ix ON products (aisle_id, name, id)');
    await runner.query(
      'CREATE INDEX products_name_trgm_ix ON products USING gin (name gin_trgm_ops)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, products);
    await runner.query('DROP TABLE aisles');
    await runner.query('DROP TABLE departments');
  }
}
