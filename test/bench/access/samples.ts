import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { newOrder, productRows } from '../data/samples.js';
import { issueKeys } from './issue-keys.js';

/** An order, with the keys of people who may see it and of one who may not. */
export interface Visit {
  readonly orderUuid: string;
  readonly owner: string;
  readonly stranger: string;
  readonly staff: string;
}

/** What the experiments with access send. */
export interface AccessSamples {
  /** Requests by experiment, each with the key of the order's owner. */
  readonly requests: Readonly<Record<string, string>>;
  /** The requests of E1 without keys. */
  readonly withoutKeys: string;
  readonly visits: readonly Visit[];
}

interface OwnedOrder {
  readonly uuid: string;
  readonly userUuid: string;
}

/** So many users have a key; a server has them all in its cache. */
const keyed = 1_000;
const sampled = 20_000;
const placed = 5_000;
/** Visits are few users' orders, so that few of them meet a key that left the cache. */
const visitors = 16;

/** Gives users keys and draws requests for their orders at random. */
export async function drawAccessSamples(
  databaseUrl: string,
  folder: string,
): Promise<AccessSamples> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const drawn = (await client.query<{ uuid: string }>(userRows)).rows.map(({ uuid }) => uuid);
    const [staffUuid, ...users] = drawn;
    if (users.length < 2) throw new Error('Access is measured with three users or more.');
    const orders = (await client.query<OwnedOrder>(orderRows, [users])).rows;
    const products = (await client.query<{ uuid: string }>(productRows)).rows;
    const { tokens, staff } = await issueKeys(databaseUrl, users, staffUuid!);
    const write = (name: string, lines: readonly string[]) => {
      const file = join(folder, `${new URL(databaseUrl).pathname.slice(1)}-access-${name}`);
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    };
    const reads = (path: (order: OwnedOrder) => string) =>
      orders.map((order) => `GET\t${path(order)}\t\t${tokens.get(order.userUuid)!}`);
    const requests = {
      E1: write(
        'E1',
        reads(({ uuid }) => `/facts/${uuid}`),
      ),
      E2: write(
        'E2',
        reads(({ uuid }) => `/owned/${uuid}`),
      ),
      E3: write(
        'E3',
        reads(({ userUuid }) => `/users/${userUuid}/facts`),
      ),
      E4: write(
        'E4',
        Array.from({ length: placed }, (_, n) => {
          const user = users[n % users.length]!;
          return `POST\t/orders\t${newOrder(n, user, products)}\t${tokens.get(user)!}`;
        }),
      ),
    };
    const withoutKeys = write(
      'E1-without-keys',
      orders.map(({ uuid }) => `GET\t/facts/${uuid}`),
    );
    const few = users.slice(0, visitors);
    const visits = orders
      .filter(({ userUuid }) => few.includes(userUuid))
      .map(({ uuid, userUuid }): Visit => {
        const stranger = few[(few.indexOf(userUuid) + 1) % few.length]!;
        const [owner, other] = [tokens.get(userUuid)!, tokens.get(stranger)!];
        return { orderUuid: uuid, owner, stranger: other, staff };
      });
    return { requests, withoutKeys, visits };
  } finally {
    await client.end();
  }
}

const userRows = `SELECT uuid FROM users u
  WHERE EXISTS (SELECT FROM orders o WHERE o.user_id = u.id)
  ORDER BY random() LIMIT ${keyed + 1}`;
const orderRows = `SELECT o.uuid, u.uuid AS "userUuid"
  FROM orders o JOIN users u ON u.id = o.user_id
  WHERE u.uuid = ANY($1) ORDER BY random() LIMIT ${sampled}`;
