import { addDualId } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const products = {
  table: 'products',
  type: { id: 31, name: 'product' },
  startWith: 100_000,
  namedBy: ['name'],
};

/**
 * Products are taken off sale and stay, for old orders show them. Departments and aisles know how
 * many are on sale: triggers keep the number, so that nobody has to count.
 */
export class RetireProducts1760000700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE products ADD COLUMN deleted_at timestamptz');
    await addDualId(runner, { ...products, deletedAt: 'deleted_at' });
    await runner.query('CREATE INDEX products_price_ix ON products (price, id)');
    for (const { table } of owners) {
      await runner.query(
        `ALTER TABLE ${table} ADD COLUMN product_count integer NOT NULL DEFAULT 0`,
      );
      await runner.query(addTo(table, 'products', '+'));
    }
    for (const statement of counting) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['insert', 'delete', 'update']) {
      await runner.query(`DROP TRIGGER products_count_${event} ON products`);
      await runner.query(`DROP FUNCTION count_products_on_${event}()`);
    }
    for (const { table } of owners) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN product_count`);
    }
    await runner.query('DROP INDEX products_price_ix');
    await addDualId(runner, products);
    await runner.query('ALTER TABLE products DROP COLUMN deleted_at');
  }
}

const owners = [
  { table: 'departments', key: 'department_id' },
  { table: 'aisles', key: 'aisle_id' },
];

/** Adds the rows on sale of a table to the counts of one kind of owner, or takes them off. */
function addTo(table: string, rows: string, sign: '+' | '-'): string {
  const key = owners.find((owner) => owner.table === table)!.key;
  return `UPDATE ${table} o SET product_count = o.product_count ${sign} n.count
    FROM (SELECT ${key} AS owner, count(*)::integer AS count FROM ${rows}
          WHERE deleted_at IS NULL GROUP BY ${key}) n
    WHERE o.id = n.owner`;
}

function countFunction(event: string, statements: readonly string[]): string {
  return `CREATE FUNCTION count_products_on_${event}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN ${statements.join('; ')}; RETURN NULL; END $$`;
}

const onBulk = (rows: string, sign: '+' | '-') =>
  owners.map(({ table }) => addTo(table, rows, sign));
const onOne = owners.flatMap(({ table, key }) => [
  `UPDATE ${table} SET product_count = product_count - 1
     WHERE id = OLD.${key} AND OLD.deleted_at IS NULL`,
  `UPDATE ${table} SET product_count = product_count + 1
     WHERE id = NEW.${key} AND NEW.deleted_at IS NULL`,
]);
const place = (row: string) => `(${row}.department_id, ${row}.aisle_id, ${row}.deleted_at IS NULL)`;

const counting = [
  countFunction('insert', onBulk('added', '+')),
  countFunction('delete', onBulk('removed', '-')),
  countFunction('update', onOne),
  `CREATE TRIGGER products_count_insert AFTER INSERT ON products
     REFERENCING NEW TABLE AS added FOR EACH STATEMENT
     EXECUTE FUNCTION count_products_on_insert()`,
  `CREATE TRIGGER products_count_delete AFTER DELETE ON products
     REFERENCING OLD TABLE AS removed FOR EACH STATEMENT
     EXECUTE FUNCTION count_products_on_delete()`,
  `CREATE TRIGGER products_count_update AFTER UPDATE OF department_id, aisle_id, deleted_at
     ON products FOR EACH ROW WHEN (${place('OLD')} IS DISTINCT FROM ${place('NEW')})
     EXECUTE FUNCTION count_products_on_update()`,
];
