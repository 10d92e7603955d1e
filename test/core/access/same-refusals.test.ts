import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problem, restrictedTo, statement } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Cart, Item, Person, Voucher } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aProduct, aStall, openMarket, outcomeOf, pageBy } from '../../support/market/market.js';
import { CartView, ItemView, PersonView, VoucherView } from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
let product: never;
beforeAll(async () => {
  market = await openMarket();
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
  product = (await aProduct(market)) as never;
  // Small tables are read whole, whatever is looked for.
  await sql(market, `INSERT INTO club.people (name) SELECT 'Many' FROM generate_series(1, 2000)`);
  await sql(
    market,
    `INSERT INTO baskets (cart_label, holder_no) SELECT 'Many', person_no FROM club.people`,
  );
  await sql(market, 'INSERT INTO items (cart_id) SELECT id FROM baskets');
  await sql(
    market,
    `INSERT INTO vouchers (uuid, code, person_id)
     SELECT gen_random_uuid(), 'Many', person_no FROM club.people`,
  );
  await sql(market, 'ANALYZE');
});
afterAll(() => market.close());

type Ask = (stall: Stall) => Promise<unknown>;
const of = {
  person: () => market.repositories.of(Person),
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
};
const at = [3];

/** Every way to name a row, from outside and from inside. */
const asked: Readonly<Record<string, Ask>> = {
  'get of an owner': ({ person }) => of.person().get(PersonView, person),
  'get of a row': ({ cart }) => of.cart().get(CartView, cart),
  'get two relations away': ({ item }) => of.item().get(ItemView, item),
  'get by a UUID': ({ voucher }) => market.repositories.of(Voucher).get(VoucherView, voucher),
  'get under a parent': ({ cart, item }) => of.item().get(ItemView, item, { cart }),
  'resolve of a row': ({ cart }) => of.cart().resolve(cart),
  'look before own statements': ({ item }) => of.item().requireOwn(item),
  'page under a parent': ({ cart }) =>
    market.repositories.page(ItemView, pageBy('quantity', { within: { cart } })),
  'page under an owner': ({ person }) =>
    market.repositories.page(CartView, pageBy('label', { within: { person } })),
  'update at a version': ({ cart }) => of.cart().update(CartView, cart, { label: 'X' }, at),
  'update of a row': ({ item }) => of.item().update(ItemView, item, { quantity: 2 }),
  'update of an owner': ({ person }) => of.person().update(PersonView, person, { name: 'X' }),
  'removal of a row': ({ item }) => of.item().remove(item),
  'removal at a version': ({ cart }) => of.cart().remove(cart, at),
  'erasure of an owner': ({ person }) => of.person().erase(person),
  'change of links': ({ cart }) => of.cart().links('products').set(cart, [product], at),
};

const nobody = (): Stall => ({
  person: randomUUID() as never,
  cart: randomUUID() as never,
  item: randomUUID() as never,
  voucher: randomUUID() as never,
});

const readRows = statement(
  `SELECT relname::text, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer
   FROM pg_stat_xact_user_tables WHERE relname IN ('people', 'baskets', 'items', 'vouchers')`,
);

/** How many rows of each table a refusal reads. */
async function rowsFor(ask: () => Promise<unknown>): Promise<Record<string, number>> {
  const { database } = market;
  const rows: Record<string, number> = {};
  const counted = async () =>
    new Map((await database.rows(readRows)) as unknown as [string, number][]);
  const undone = database.transaction(async () => {
    // The server reads rows while it plans as well, and stops planning after five times.
    for (let time = 0; time < 6; time += 1) await ask().catch(() => undefined);
    const before = await counted();
    await ask().catch(() => undefined);
    for (const [table, count] of await counted()) rows[table] = count - (before.get(table) ?? 0);
    throw problem('not_found');
  });
  await undone.catch(() => undefined);
  return rows;
}

/** The plan that the server has whatever is asked; PostgreSQL 15 shows none. */
async function planOf(text: string): Promise<unknown> {
  const [server] = await sql(market, 'SHOW server_version_num');
  if (Number(server!['server_version_num']) < 160_000) return [];
  return sql(market, `EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`);
}

const isPlanned = (text: string) => /^\s*(?:WITH|SELECT|UPDATE|DELETE)/i.test(text);

describe.each(Object.entries(asked))('a %s', (_what, ask) => {
  const as = (stall: Stall) => restrictedTo(ada.person, () => outcomeOf(ask(stall)));

  test('is refused alike for a row of another and for one that does not exist', async () => {
    expect(await as(bob)).toBe('not_found');
    expect(await as(nobody())).toBe('not_found');
  });

  test('sends the same statements, which look by index', async () => {
    const foreign = await statementsOf(market, () => as(bob));
    expect(await statementsOf(market, () => as(nobody()))).toEqual(foreign);
    for (const text of foreign.filter(isPlanned)) {
      const plan = JSON.stringify(await planOf(text));
      expect(plan).not.toMatch(/Seq Scan on (?:people|baskets|items|vouchers)\b/);
    }
  });

  test('reads no more than the row itself', async () => {
    const missing = await rowsFor(() => as(nobody()));
    const foreign = await rowsFor(() => as(bob));
    const own = ['people', 'baskets', 'items', 'vouchers'];
    for (const table of own) {
      const more = (foreign[table] ?? 0) - (missing[table] ?? 0);
      expect(more).toBeGreaterThanOrEqual(0);
      expect(more).toBeLessThanOrEqual(2);
    }
  });
});
