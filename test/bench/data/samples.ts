import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { OrderRow } from '../peers/peer.js';

/** The files of one database: its requests by experiment, and rows for the peer without one. */
export interface Samples {
  readonly requests: Readonly<Record<string, string>>;
  readonly ordersFile: string;
}

const sampled = 20_000;
const placed = 5_000;
const itemsOfAnOrder = 10;

/** Draws ids at random and writes the requests of every experiment into files. */
export async function drawSamples(databaseUrl: string, folder: string): Promise<Samples> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const orders = (await client.query<OrderRow>(orderRows)).rows;
    const users = (await client.query<{ uuid: string }>(userRows)).rows.map(({ uuid }) => uuid);
    const products = (await client.query<{ uuid: string }>(productRows)).rows;
    const write = (name: string, lines: readonly string[]) => {
      const file = join(folder, `${new URL(databaseUrl).pathname.slice(1)}-${name}`);
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    };
    const note = JSON.stringify({ title: 'A note', body: 'that says little '.repeat(10) });
    const requests = {
      E1: write(
        'E1',
        orders.map(({ uuid }) => `GET\t/facts/${uuid}`),
      ),
      E2: write(
        'E2',
        orders.map(({ uuid }) => `GET\t/owned/${uuid}`),
      ),
      E3: write(
        'E3',
        orders.map(({ userUuid }) => `GET\t/users/${userUuid}/facts`),
      ),
      E4: write(
        'E4',
        Array.from(
          { length: placed },
          (_, n) => `POST\t/orders\t${newOrder(n, users[n % users.length]!, products)}`,
        ),
      ),
      E5: write(
        'E5',
        orders.map((_, n) => `GET\t/facts/${n + 1}`),
      ),
      E6on: write('E6on', [`POST\t/enrolled-notes\t${note}`]),
      E6off: write('E6off', [`POST\t/plain-notes\t${note}`]),
    };
    return { requests, ordersFile: write('orders.json', [JSON.stringify(orders)]) };
  } finally {
    await client.end();
  }
}

/** The body of the order number n, of ten products. */
export function newOrder(
  n: number,
  userUuid: string,
  products: readonly { readonly uuid: string }[],
): string {
  const items = Array.from({ length: itemsOfAnOrder }, (_, i) => ({
    productUuid: products[(n * 37 + i * 101) % products.length]!.uuid,
    quantity: 1 + (i % 3),
  }));
  return JSON.stringify({ userUuid, items });
}

const orderRows = `SELECT o.uuid, u.uuid AS "userUuid", o.number, o.status,
    o.day_of_week AS "dayOfWeek", o.hour_of_day AS "hourOfDay", o.created_at AS "createdAt"
  FROM orders o JOIN users u ON u.id = o.user_id ORDER BY random() LIMIT ${sampled}`;
const userRows = `SELECT uuid FROM users ORDER BY random() LIMIT ${placed}`;
export const productRows = 'SELECT uuid FROM products ORDER BY random()';
