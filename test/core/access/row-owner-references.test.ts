import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DualIdError, OwnerRow } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Cart, Firm, Item, Person, Shelf, Voucher } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, openMarket, outcomeOf } from '../../support/market/market.js';
import {
  CartView,
  FirmView,
  ItemView,
  PersonView,
  ShelfView,
  VoucherView,
} from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
beforeAll(async () => {
  market = await openMarket();
});
beforeEach(async () => {
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
});
afterAll(() => market.close());

const of = {
  person: () => market.repositories.of(Person),
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
  voucher: () => market.repositories.of(Voucher),
};
const absent = randomUUID() as never;
const cartOf = (stall: Stall): OwnerRow => ({ entity: Cart, uuid: stall.cart });
const asGuest = <T>(work: () => T): T => restrictedTo(cartOf(ada), work);

/** The client's side of an error, or what came, and the statements on the way to it. */
async function outcome(work: () => Promise<unknown>) {
  let shown: unknown;
  const statements = await statementsOf(market, async () => {
    shown = await asGuest(work).catch(({ code, details }: DualIdError) => [
      code,
      ...(details.errors ?? []).map(({ pointer }) => pointer),
    ]);
  });
  return { shown, statements };
}
const refused = async (work: () => Promise<unknown>) => (await outcome(work)).shown;

describe('writes for one cart', () => {
  const everything = () =>
    sql(
      market,
      `SELECT json_agg(a ORDER BY a) FROM (SELECT p::text FROM club.people p
         UNION ALL SELECT c::text FROM baskets c UNION ALL SELECT i::text FROM items i
         UNION ALL SELECT v::text FROM vouchers v UNION ALL SELECT l::text FROM cart_products l
         UNION ALL SELECT w::text FROM cart_vouchers w) AS everything (a)`,
    );

  const writes: readonly (readonly [string, keyof Stall, string, (uuid: never) => unknown])[] = [
    ['cart of a new item', 'cart', '/cartUuid', (u) => of.item().create(ItemView, { cartUuid: u })],
    [
      'cart of an item',
      'cart',
      '/cartUuid',
      (u) => of.item().update(ItemView, ada.item, { cartUuid: u }),
    ],
    [
      'voucher of the cart',
      'voucher',
      '/voucherUuid',
      (u) => of.cart().update(CartView, ada.cart, { voucherUuid: u }),
    ],
    [
      'person of the cart',
      'person',
      '/personUuid',
      (u) => of.cart().update(CartView, ada.cart, { personUuid: u }),
    ],
    [
      'person of a voucher',
      'person',
      '/personUuid',
      (u) => of.voucher().create(VoucherView, { code: 'C', personUuid: u }),
    ],
    ['links', 'voucher', '/vouchers/0', (u) => of.cart().links('vouchers').add(ada.cart, [u])],
  ];

  test.each(writes)('do not name the %s of somebody', async (what, kind, pointer, write) => {
    const before = await everything();
    const own = kind === 'cart' ? [] : [ada];
    for (const stall of [...own, bob]) {
      const found = await outcome(async () => write(stall[kind] as never));
      expect([what, found.shown]).toEqual([what, ['missing_reference', pointer]]);
      expect(await outcome(async () => write(absent))).toEqual(found);
    }
    expect(await everything()).toEqual(before);
  });

  test('do not take the cart from its person, nor an item from its cart', async () => {
    const give = () => of.cart().update(CartView, ada.cart, { personUuid: null as never });
    expect(await refused(give)).toEqual(['missing_reference', '/personUuid']);
    const take = () => of.item().update(ItemView, ada.item, { cartUuid: null as never });
    expect(await refused(take)).toEqual(['missing_reference', '/cartUuid']);
    expect(await refused(() => of.item().create(ItemView, {}))).toEqual([
      'missing_reference',
      '/cartUuid',
    ]);
  });

  test('make no cart, no person and nothing of theirs', async () => {
    const before = await everything();
    const label = 'L';
    const carts: readonly object[] = [{ label }, { label, personUuid: ada.person }];
    const made = [...carts, { label, uuid: ada.cart }, { label, uuid: randomUUID() }];
    for (const input of made) {
      const one = () => of.cart().create(CartView, input);
      expect(await refused(one)).toEqual(['missing_reference', '/uuid']);
      const many = () => of.cart().createMany(CartView, [input]);
      expect(await refused(many)).toEqual(['missing_reference', '/0/uuid']);
    }
    for (const more of [{}, { uuid: ada.cart as never }]) {
      const person = () => of.person().create(PersonView, { name: 'New', ...more });
      expect(await refused(person)).toEqual(['missing_reference', '/uuid']);
    }
    const voucher = () => of.voucher().create(VoucherView, { code: 'C' });
    expect(await refused(voucher)).toEqual(['missing_reference', '/personUuid']);
    expect(await everything()).toEqual(before);
  });

  test('do not move a row away from what it belongs to, though that belongs to nobody', async () => {
    const firms = market.repositories.of(Firm);
    const shelves = market.repositories.of(Shelf);
    const [own, foreign] = await firms.createMany(FirmView, [{ name: 'A' }, { name: 'B' }]);
    const shelf = await shelves.create(ShelfView, { name: 'S', firmKey: own!.uuid });
    for (const firm of [own!.uuid, foreign!.uuid]) {
      for (const change of [{ firmUuid: firm }, { firmKey: firm }] as object[]) {
        const move = restrictedTo({ entity: Shelf, uuid: shelf.uuid }, () =>
          outcomeOf(shelves.update(ShelfView, shelf.uuid, change)),
        );
        expect(await move).toBe('missing_reference');
      }
    }
    expect((await shelves.get(ShelfView, shelf.uuid)).firmUuid).toBe(own!.uuid);
  });
});
