import type { ClientBase } from 'pg';
import type { Layout } from './layouts.js';
import { createTables, layouts } from './layouts.js';

/** Orders of a customer; so many batches are inserted, each with one order of every customer. */
export const ordersOfCustomer = 20;

/** What filling a table cost. */
export interface Filling {
  /** Rows a second: the median of the batches of the second half. */
  readonly rates: readonly number[];
  /** Bytes of log that were written for each row. */
  readonly logged: number;
}

/**
 * Fills the tables of all layouts in turns, batch by batch. A batch has its customers in random
 * order, as they come in life; each is one INSERT with every key and index in place.
 */
export async function fillTables(client: ClientBase, rows: number): Promise<Map<string, Filling>> {
  const customers = Math.max(1, Math.round(rows / ordersOfCustomer));
  for (const layout of layouts) {
    for (const statement of createTables(layout)) await client.query(statement);
    await client.query(
      `INSERT INTO ${layout.name}.customers (n) SELECT generate_series(1, ${customers})`,
    );
    await client.query(`VACUUM ANALYZE ${layout.name}.customers`);
  }
  await client.query('CHECKPOINT');
  const filling = new Map(layouts.map(({ name }) => [name, { rates: [] as number[], bytes: 0 }]));
  for (let batch = 0; batch < ordersOfCustomer; batch += 1) {
    const turn = batch % layouts.length;
    for (const layout of [...layouts.slice(turn), ...layouts.slice(0, turn)]) {
      const own = filling.get(layout.name)!;
      const { seconds, bytes } = await insertBatch(client, layout, batch);
      own.rates.push(customers / seconds);
      own.bytes += bytes;
    }
  }
  for (const { name } of layouts) await client.query(`VACUUM ANALYZE ${name}.orders`);
  const orders = customers * ordersOfCustomer;
  return new Map(
    [...filling].map(([name, { rates, bytes }]) => [name, { rates, logged: bytes / orders }]),
  );
}

interface Batch {
  readonly seconds: number;
  readonly bytes: number;
}

async function insertBatch(
  client: ClientBase,
  { name, internal }: Layout,
  batch: number,
): Promise<Batch> {
  await client.query(
    `CREATE TEMP TABLE picked AS SELECT ${internal} AS customer, n FROM ${name}.customers
     ORDER BY hashint4extended(n, ${batch})`,
  );
  await client.query('ANALYZE picked');
  const before = await logPosition(client);
  const start = performance.now();
  await client.query(
    `INSERT INTO ${name}.orders (customer, placed_at, status, total)
     SELECT customer, timestamptz '2026-01-01' + interval '1 day' * ${batch} + interval '1 ms' * n,
       n % 5, n % 9000 / 100.0 FROM picked`,
  );
  const seconds = (performance.now() - start) / 1000;
  const bytes = (await logPosition(client)) - before;
  await client.query('DROP TABLE picked');
  return { seconds, bytes };
}

async function logPosition(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    `SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes`,
  );
  return Number(rows[0]?.bytes);
}
