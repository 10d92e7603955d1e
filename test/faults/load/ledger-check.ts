import { runSql } from '../../support/empty-database.js';
import type { Changes, Creation, Ledger } from './ledger.js';

/** Quantities go from 1 to 999, and two of them spell the number of an order. */
const digits = 999;

/** The quantities of the two lines of an order. */
export function quantitiesOf(serial: number): readonly [number, number] {
  return [1 + (serial % digits), 1 + Math.floor(serial / digits)];
}

/** Compares what a shop said with what its database holds, and tells every difference. */
export async function differences(ledger: Ledger, databaseUrl: string): Promise<string[]> {
  return [
    ...compareCreations('order', ledger.orders, await ordersOf(databaseUrl)),
    ...compareCreations('user', ledger.users, await usersOf(databaseUrl)),
    ...compareChanges('city', ledger.cities, await countsOf(databaseUrl, cities)),
    ...compareChanges('cart', ledger.carts, await countsOf(databaseUrl, carts)),
    ...(await gapsOf(databaseUrl)),
  ];
}

type Found<K> = ReadonlyMap<K, readonly string[]>;

function compareCreations<K>(
  what: string,
  creations: ReadonlyMap<K, Creation>,
  found: Found<K>,
): string[] {
  const wrong = [...creations].flatMap(([key, { outcome, uuid }]) => {
    const uuids = found.get(key) ?? [];
    const name = `${what} ${String(key)}`;
    if (uuids.length > 1) return `${name} is there ${uuids.length} times`;
    if (outcome === 'refused' && uuids.length > 0) return `${name} was refused and written`;
    if (outcome !== 'done' || uuids[0] === uuid) return [];
    return `${name} was acknowledged as ${uuid} and ${uuids[0] ?? 'nothing'} is there`;
  });
  const unasked = [...found.keys()].filter((key) => !creations.has(key));
  return [...wrong, ...unasked.map((key) => `${what} ${String(key)} was never asked for`)];
}

interface Count {
  readonly changes: number;
  readonly value: string | null;
}

function compareChanges(
  what: string,
  asked: ReadonlyMap<string, Changes>,
  found: ReadonlyMap<string, Count>,
): string[] {
  return [...asked].flatMap(([uuid, { done, unknown, possible }]) => {
    const { changes, value } = found.get(uuid) ?? { changes: 0, value: null };
    if (changes < done || changes > done + unknown) {
      return `${what}: ${changes} changes, where ${done} were acknowledged and ${unknown} may be`;
    }
    const isPossible = value === null || possible.size === 0 || possible.has(value);
    return isPossible ? [] : `${what}: ${value} is not what was written last`;
  });
}

async function ordersOf(url: string): Promise<Found<number>> {
  const rows = await runSql<{ uuid: string; quantities: number[] }>(
    url,
    `SELECT o.uuid, array_agg(i.quantity ORDER BY i.add_to_cart_order) AS quantities
     FROM orders o JOIN users u ON u.id = o.user_id JOIN order_items i ON i.order_id = o.id
     WHERE u.email LIKE 'load-%' GROUP BY o.id, o.uuid`,
  );
  const serialOf = ([low = 1, high = 1]: number[]) => low - 1 + (high - 1) * digits;
  return grouped(rows.map(({ uuid, quantities }) => [serialOf(quantities), uuid]));
}

async function usersOf(url: string): Promise<Found<string>> {
  const sql = `SELECT email, uuid FROM users WHERE email LIKE 'load-new-%'`;
  const rows = await runSql<{ email: string; uuid: string }>(url, sql);
  return grouped(rows.map(({ email, uuid }) => [email, uuid]));
}

const cities = `SELECT uuid, version - 1 AS changes, city AS value FROM users
  WHERE email LIKE 'load-%'`;
const carts = `SELECT c.uuid, coalesce(sum(i.quantity), 0)::int AS changes, NULL AS value
  FROM carts c LEFT JOIN cart_items i ON i.cart_id = c.id GROUP BY c.uuid`;

async function countsOf(url: string, sql: string): Promise<ReadonlyMap<string, Count>> {
  const rows = await runSql<Count & { uuid: string }>(url, sql);
  return new Map(rows.map((row) => [row.uuid, row]));
}

async function gapsOf(url: string): Promise<string[]> {
  const sql = `SELECT count(*) FROM orders GROUP BY user_id HAVING max(number) <> count(*)`;
  const rows = await runSql(url, sql);
  return rows.map(() => 'the order numbers of a user have a gap');
}

function grouped<K>(pairs: readonly (readonly [K, string])[]): Found<K> {
  const groups = new Map<K, string[]>();
  for (const [key, uuid] of pairs) groups.set(key, [...(groups.get(key) ?? []), uuid]);
  return groups;
}
