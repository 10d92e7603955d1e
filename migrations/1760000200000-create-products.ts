import { addDualId, addReferenceId, advanceSequence, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const products = {
  table: 'products',
  type: { id: 31, name: 'product' },
  startWith: 100_000,
  namedBy: ['name'],
  deletedAt: 'deleted_at',
};
const owners = [
  { table: 'departments', key: 'department_id' },
  { table: 'aisles', key: 'aisle_id' },
];

/**
 * Products are taken off sale and stay, for old orders show them. Departments and aisles know how
 * many are on sale: triggers keep the number, so that nobody has to count.
 */
export class CreateProducts1760000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    for (const { table } of owners) {
      await runner.query(
        `CREATE TABLE ${table} (name text NOT NULL, product_count integer NOT NULL DEFAULT 0)`,
      );
      await addReferenceId(runner, { table });
      // History brings the numbers of its own along, which start at 1.
      await advanceSequence(runner, { table, column: 'id', startWith: 1000 });
    }
    await runner.query(`CREATE TABLE products (
      name text NOT NULL,
      price numeric(12,2),
      department_id integer NOT NULL,
      aisle_id integer NOT NULL,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz,
      CONSTRAINT products_price_ck CHECK (price >= 0),
      CONSTRAINT products_department_id_fk FOREIGN KEY (department_id) REFERENCES departments (id),
      CONSTRAINT products_aisle_id_fk FOREIGN KEY (aisle_id) REFERENCES aisles (id))`);
    await addDualId(runner, products);
    for (const statement of indexes) await runner.query(statement);
    const [place] = await runner.query('SELECT quote_ident(current_schema) AS schema');
    for (const statement of counting(place.schema)) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, products);
    for (const event of ['insert', 'delete', 'update']) {
      await runner.query(`DROP FUNCTION count_products_on_${event}()`);
    }
    await runner.query('DROP TABLE aisles');
    await runner.query('DROP TABLE departments');
  }
}

const indexes = [
  'CREATE INDEX products_name_ix ON products (name, id)',
  'CREATE INDEX products_price_ix ON products (price, id)',
  'CREATE INDEX products_department_id_ix ON products (department_id, name, id)',
  'CREATE INDEX products_aisle_id_ix ON products (aisle_id, name, id)',
  'CREATE INDEX products_name_trgm_ix ON products USING gin (name gin_trgm_ops)',
];

/** The functions find the tables whatever the session searches: a restore of rows searches nothing. */
function counting(schema: string): string[] {
  const make = (event: string, statements: readonly string[]) =>
    `CREATE FUNCTION count_products_on_${event}() RETURNS trigger
     LANGUAGE plpgsql SET search_path = pg_catalog, ${schema}, pg_temp AS $$
    BEGIN ${statements.join('; ')}; RETURN NULL; END $$`;
  return [
    make('insert', countingMany('added', '+')),
    make('delete', countingMany('removed', '-')),
    make('update', countingOne),
    `CREATE TRIGGER products_count_insert AFTER INSERT ON products
       REFERENCING NEW TABLE AS added FOR EACH STATEMENT
       EXECUTE FUNCTION count_products_on_insert()`,
    `CREATE TRIGGER products_count_delete AFTER DELETE ON products
       REFERENCING OLD TABLE AS removed FOR EACH STATEMENT
       EXECUTE FUNCTION count_products_on_delete()`,
    `CREATE TRIGGER products_count_update AFTER UPDATE OF department_id, aisle_id, deleted_at
       ON products FOR EACH ROW WHEN (${placeOf('OLD')} IS DISTINCT FROM ${placeOf('NEW')})
       EXECUTE FUNCTION count_products_on_update()`,
  ];
}

const placeOf = (row: string) =>
  `(${row}.department_id, ${row}.aisle_id, ${row}.deleted_at IS NULL)`;

/** Adds the rows on sale of a table to the counts of their owners, or takes them off. */
function countingMany(rows: string, sign: '+' | '-'): string[] {
  return owners.map(
    ({ table, key }) => `UPDATE ${table} o SET product_count = o.product_count ${sign} n.count
    FROM (SELECT ${key} AS owner, count(*)::integer AS count FROM ${rows}
          WHERE deleted_at IS NULL GROUP BY ${key}) n
    WHERE o.id = n.owner`,
  );
}

const countingOne = owners.flatMap(({ table, key }) => [
  `UPDATE ${table} SET product_count = product_count - 1
     WHERE id = OLD.${key} AND OLD.deleted_at IS NULL`,
  `UPDATE ${table} SET product_count = product_count + 1
     WHERE id = NEW.${key} AND NEW.deleted_at IS NULL`,
]);
