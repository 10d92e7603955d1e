import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import type { Versions } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Cart, Item, Person, Voucher } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aProduct, aStall, openMarket, outcomeOf } from '../../support/market/market.js';
import { CartView, ItemView, PersonView, VoucherView } from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
let product: string;
beforeAll(async () => {
  market = await openMarket();
  product = await aProduct(market);
});
beforeEach(async () => {
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
});
afterAll(() => market.close());

type Change = (uuid: never, versions?: Versions) => Promise<unknown>;
const repository = {
  person: () => market.repositories.of(Person),
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
  voucher: () => market.repositories.of(Voucher),
};

/** Every change of a row by its public id, of rows that are reached in every way. */
const changes: readonly (readonly [string, keyof Stall, Change])[] = [
  [
    'update of the owner',
    'person',
    (u, v) => repository.person().update(PersonView, u, { name: 'X' }, v),
  ],
  ['update of a row', 'cart', (u, v) => repository.cart().update(CartView, u, { label: 'X' }, v)],
  ['update of nothing', 'cart', (u, v) => repository.cart().update(CartView, u, {}, v)],
  [
    'update two relations away',
    'item',
    (u, v) => repository.item().update(ItemView, u, { quantity: 2 }, v),
  ],
  [
    'update by a UUID',
    'voucher',
    (u) => repository.voucher().update(VoucherView, u, { code: 'X' }),
  ],
  ['removal of the owner', 'person', (u, v) => repository.person().remove(u, v)],
  ['removal of a row that is kept', 'cart', (u, v) => repository.cart().remove(u, v)],
  ['removal for good', 'item', (u, v) => repository.item().remove(u, v)],
  ['removal by a UUID', 'voucher', (u) => repository.voucher().remove(u)],
  ['erasure of the owner', 'person', (u, v) => repository.person().erase(u, v)],
  ['erasure of a row', 'cart', (u, v) => repository.cart().erase(u, v)],
  [
    'setting of links',
    'cart',
    (u, v) =>
      repository
        .cart()
        .links('products')
        .set(u, [product as never], v),
  ],
  [
    'adding of links',
    'cart',
    (u, v) =>
      repository
        .cart()
        .links('products')
        .add(u, [product as never], v),
  ],
  ['removal of links', 'cart', (u, v) => repository.cart().links('products').remove(u, [], v)],
];

const everything = () =>
  sql(
    market,
    `SELECT (SELECT json_agg(p ORDER BY p) FROM (SELECT p::text FROM club.people p
       UNION ALL SELECT c::text FROM baskets c UNION ALL SELECT i::text FROM items i
       UNION ALL SELECT v::text FROM vouchers v UNION ALL SELECT l::text FROM cart_products l
       UNION ALL SELECT e.uuid::text FROM dual_id.erasures e) AS all_of_it (p))`,
  );

describe.each(changes)('the %s', (_what, kind, change) => {
  const as = (owner: string, uuid: string, versions?: Versions) =>
    restrictedTo(owner, () => outcomeOf(change(uuid as never, versions)));

  test('of another owner is not found and changes nothing, whatever its version', async () => {
    const before = await everything();
    const missing = randomUUID();
    for (const versions of [undefined, 1, [7, 8]]) {
      expect(await as(ada.person, bob[kind], versions)).toBe('not_found');
      expect(await as(ada.person, missing, versions)).toBe('not_found');
    }
    const inside = () => market.database.transaction(() => as(ada.person, bob[kind]));
    expect(await inside()).toBe('not_found');
    expect(await everything()).toEqual(before);
  });

  test('is made for the owner, at the version that is there', async () => {
    if (kind !== 'voucher') {
      expect(await as(ada.person, ada[kind], [7, 8])).toBe('version_mismatch');
    }
    const texts = await statementsOf(market, async () => {
      expect(typeof (await as(ada.person, ada[kind], kind === 'voucher' ? undefined : 1))).not.toBe(
        'string',
      );
    });
    expect(texts.length).toBeGreaterThan(0);
  });

  test('is made for work that is not restricted', async () => {
    expect(typeof (await outcomeOf(change(bob[kind] as never)))).not.toBe('string');
  });
});

describe('what is deleted', () => {
  test('is as unknown to an erasure by others as what never was, whatever is left of it', async () => {
    const { uuid } = await repository.person().create(PersonView, { name: 'Left' });
    await sql(market, `DELETE FROM club.people WHERE public_key = '${uuid}'`);
    const erase = () => outcomeOf(repository.person().erase(uuid));
    expect(await restrictedTo(ada.person, erase)).toBe('not_found');
    expect(await restrictedTo(uuid, erase)).toBe('not_found');
    expect(await erase()).toBeUndefined();
  });

  test('owns nothing that could be changed', async () => {
    const update = (stall: Stall) =>
      restrictedTo(stall.person, () =>
        Promise.all([
          outcomeOf(repository.cart().update(CartView, stall.cart, { label: 'X' })),
          outcomeOf(repository.item().update(ItemView, stall.item, { quantity: 2 })),
          outcomeOf(
            repository
              .cart()
              .links('products')
              .add(stall.cart, [product as never]),
          ),
        ]),
      );
    await repository.person().remove(ada.person);
    expect(await update(ada)).toEqual(['not_found', 'not_found', 'not_found']);
    await repository.cart().remove(bob.cart);
    expect(await update(bob)).toEqual(['gone', 'not_found', 'gone']);
  });
});

describe('a row that row-level security hides', () => {
  test('is hidden from its owner as well, and those that are not belong to whom they belong', async () => {
    const hide = (text: string) => sql(market, `ALTER TABLE baskets ${text} ROW LEVEL SECURITY`);
    await hide('ENABLE');
    await hide('FORCE');
    await sql(market, `CREATE POLICY shown ON baskets USING (cart_label NOT LIKE 'hidden%')`);
    try {
      await sql(market, `UPDATE baskets SET cart_label = 'hidden' WHERE uuid = '${ada.cart}'`);
      const [cart, item] = [repository.cart(), repository.item()];
      const seen = (stall: Stall, label = 'shown') =>
        Promise.all([
          outcomeOf(cart.exists(stall.cart)),
          outcomeOf(item.exists(stall.item)),
          outcomeOf(cart.update(CartView, stall.cart, { label }).then(() => true)),
        ]);
      expect(await restrictedTo(ada.person, () => seen(ada))).toEqual([false, false, 'not_found']);
      expect(await restrictedTo(ada.person, () => seen(bob))).toEqual([false, false, 'not_found']);
      expect(await restrictedTo(bob.person, () => seen(bob))).toEqual([true, true, true]);
    } finally {
      await sql(market, 'DROP POLICY shown ON baskets');
      await hide('NO FORCE');
      await hide('DISABLE');
    }
  });
});
