import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DualIdError, OwnerRow } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Cart, Item, Person, Voucher } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aProduct, aStall, openMarket, outcomeOf } from '../../support/market/market.js';
import { CartView, ItemView, PersonView, VoucherView } from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
let product: never;
beforeAll(async () => {
  market = await openMarket();
  product = (await aProduct(market)) as never;
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

describe('changes for one cart', () => {
  const everything = () =>
    sql(
      market,
      `SELECT json_agg(a ORDER BY a) FROM (SELECT p::text FROM club.people p
         UNION ALL SELECT c::text FROM baskets c UNION ALL SELECT i::text FROM items i
         UNION ALL SELECT v::text FROM vouchers v UNION ALL SELECT l::text FROM cart_products l
         UNION ALL SELECT w::text FROM cart_vouchers w) AS everything (a)`,
    );

  test('are made of the cart and of what hangs below it', async () => {
    await asGuest(async () => {
      expect(await of.cart().update(CartView, ada.cart, { label: 'mine' }, 1)).toMatchObject({
        label: 'mine',
      });
      expect(await outcomeOf(of.cart().update(CartView, ada.cart, {}, 1))).toBe('version_mismatch');
      await of.item().update(ItemView, ada.item, { quantity: 3 });
      const made = await of.item().create(ItemView, { cartUuid: ada.cart, quantity: 2 });
      await of.item().update(ItemView, made.uuid, { cartUuid: ada.cart });
      await of.item().createMany(ItemView, [{ cartUuid: ada.cart }, { cartUuid: ada.cart }]);
      await of.item().remove(made.uuid);
      const links = of.cart().links('products');
      expect(await links.add(ada.cart, [product])).toEqual({ added: 1, removed: 0 });
      expect(await of.cart().links('vouchers').set(ada.cart, [])).toEqual({ added: 0, removed: 0 });
      await of.cart().erase(ada.cart);
    });
    expect(await sql(market, `SELECT cart_label FROM baskets WHERE uuid = '${ada.cart}'`)).toEqual([
      { cart_label: 'erased' },
    ]);
  });

  const changes: readonly (readonly [string, keyof Stall, (uuid: never) => Promise<unknown>])[] = [
    ['update', 'cart', (u) => of.cart().update(CartView, u, { label: 'X' })],
    ['update at a version', 'cart', (u) => of.cart().update(CartView, u, { label: 'X' }, 1)],
    ['update below', 'item', (u) => of.item().update(ItemView, u, { quantity: 9 })],
    ['removal', 'cart', (u) => of.cart().remove(u)],
    ['removal below', 'item', (u) => of.item().remove(u, [1])],
    ['erasure', 'cart', (u) => of.cart().erase(u)],
    ['links', 'cart', (u) => of.cart().links('products').set(u, [product])],
    ['removal of links', 'cart', (u) => of.cart().links('products').remove(u, [product])],
    ['update of a person', 'person', (u) => of.person().update(PersonView, u, { name: 'X' })],
    ['removal of a person', 'person', (u) => of.person().remove(u, 1)],
    ['erasure of a person', 'person', (u) => of.person().erase(u)],
    ['update of what a person has', 'voucher', (u) => of.voucher().update(VoucherView, u, {})],
    ['removal of what a person has', 'voucher', (u) => of.voucher().remove(u)],
  ];

  test.each(changes)('%s: of anything else are not found', async (_what, kind, change) => {
    const before = await everything();
    for (const stall of kind === 'person' || kind === 'voucher' ? [ada, bob] : [bob]) {
      const found = await outcome(() => change(stall[kind] as never));
      expect(found.shown).toEqual(['not_found']);
      expect(await outcome(() => change(absent))).toEqual(found);
    }
    expect(await everything()).toEqual(before);
  });
});
