import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnerRow } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { statementsOf } from '../../support/library/library.js';
import { Cart, Item, Person } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aCart, aStall, openMarket, outcomeOf, pageBy } from '../../support/market/market.js';
import { CartView, ItemView } from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
/** Of the same person as Ada's cart. */
let other: never;
beforeAll(async () => {
  market = await openMarket();
});
beforeEach(async () => {
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
  other = (await aCart(market, ada.person)) as never;
});
afterAll(() => market.close());

const of = {
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
};
const cartOf = (stall: Stall): OwnerRow => ({ entity: Cart, uuid: stall.cart });
const asGuest = <T>(work: () => T): T => restrictedTo(cartOf(ada), work);

describe('guests, people and others at once', () => {
  test('see each what is theirs of the same rows', async () => {
    const look = () =>
      Promise.all([
        of.cart().exists(ada.cart),
        of.cart().exists(other),
        of.cart().find(CartView, ada.cart),
        of.cart().find(CartView, other),
        of.item().find(ItemView, ada.item),
        market.repositories.page(ItemView, pageBy('quantity', { filters: { cartUuid: ada.cart } })),
      ]).then(([own, second, cart, another, item, { items }]) =>
        [own, second, cart, another, item, items.length > 0].map((one) => (one ? 1 : 0)).join(''),
      );
    const asked = [
      asGuest(look),
      restrictedTo(ada.person, look),
      restrictedTo(cartOf(bob), look),
      restrictedTo(bob.person, look),
      restrictedTo({ entity: Person, uuid: ada.person }, look),
      restrictedTo(ada.cart, look),
      look(),
    ];
    const seen = ['101011', '111111', '000000', '000000', '111111', '000000', '111111'];
    expect(await Promise.all(asked)).toEqual(seen);
  });

  test('share a statement among guests, which is not that of the others', async () => {
    const read = (stall: Stall) => () => of.item().find(ItemView, stall.item);
    const texts = (work: () => unknown[]) => statementsOf(market, () => Promise.all(work()));
    const alone = await texts(() => [ada, bob].map((stall) => read(stall)()));
    const guests = await texts(() =>
      [ada, bob].map((stall) => restrictedTo(cartOf(stall), read(stall))),
    );
    const all = await texts(() => [
      ...[ada, bob].map((stall) => restrictedTo(cartOf(stall), read(stall))),
      ...[ada, bob].map((stall) => restrictedTo(stall.person, read(stall))),
      ...[ada, bob].map((stall) => read(stall)()),
    ]);
    expect([alone.length, guests.length, all.length]).toEqual([1, 1, 3]);
    expect(all).toEqual(expect.arrayContaining([...alone, ...guests]));
  });

  test('make what each may in a shared statement', async () => {
    const make = (cartUuid: string) => () =>
      outcomeOf(
        of
          .item()
          .create(ItemView, { cartUuid: cartUuid as never })
          .then(() => 'made'),
      );
    const made = await Promise.all([
      asGuest(make(ada.cart)),
      restrictedTo(ada.person, make(other)),
      asGuest(make(other)),
      restrictedTo(cartOf(bob), make(ada.cart)),
      restrictedTo(bob.person, make(bob.cart)),
      make(bob.cart)(),
    ]);
    const missing = 'missing_reference';
    expect(made).toEqual(['made', 'made', missing, missing, 'made', 'made']);
  });

  test('change links each by a statement of their own', async () => {
    const links = of.cart().links('vouchers');
    const add = () => outcomeOf(links.add(ada.cart, [ada.voucher]));
    expect(await restrictedTo(ada.person, add)).toEqual({ added: 1, removed: 0 });
    expect(await asGuest(add)).toBe('missing_reference');
    expect(await restrictedTo(ada.person, add)).toEqual({ added: 0, removed: 0 });
    const remove = () => outcomeOf(links.remove(ada.cart, [ada.voucher]));
    expect(await asGuest(remove)).toEqual({ added: 0, removed: 1 });
  });
});
