import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnerRow, PageRequest } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { Cart, Item, Line } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aProduct, aStall, openMarket, outcomeOf, pageBy } from '../../support/market/market.js';
import {
  CartView,
  DeliveryView,
  ItemView,
  LineView,
  PersonView,
  ProductView,
  VoucherView,
} from '../../support/market/market.views.js';

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
  item: () => market.repositories.of(Item),
};
const cartOf = (stall: Stall): OwnerRow => ({ entity: Cart, uuid: stall.cart });
const asGuest = <T>(work: () => T): T => restrictedTo(cartOf(ada), work);

describe('pages for one cart', () => {
  const uuids = (view: unknown, field: string, more: Partial<PageRequest> = {}) =>
    asGuest(() =>
      outcomeOf(
        market.repositories
          .page(view as typeof CartView, pageBy(field, more))
          .then(({ items }) => items.map(({ uuid }) => uuid)),
      ),
    );

  test('have the cart, what hangs below it, and what is nobody’s', async () => {
    expect(await uuids(CartView, 'label')).toEqual([ada.cart]);
    expect(await uuids(CartView, 'label', { filters: { label: "Bob's" } })).toEqual([]);
    expect(await uuids(ItemView, 'quantity')).toEqual([ada.item]);
    expect(await uuids(ItemView, 'quantity', { within: { cart: ada.cart } })).toEqual([ada.item]);
    expect(await uuids(ItemView, 'quantity', { filters: { cartUuid: bob.cart } })).toEqual([]);
    expect(await uuids(ProductView, 'name')).toEqual([product]);
    const lines = () => market.repositories.page(LineView, pageBy('position'));
    expect((await asGuest(lines)).items).toEqual([{ position: 1, text: "Ada's" }]);
    expect(market.dataSource.hasMetadata(Line)).toBe(true);
  });

  test('are empty of people and of what is theirs', async () => {
    expect(await uuids(PersonView, 'name')).toEqual([]);
    expect(await uuids(VoucherView, 'code')).toEqual([]);
  });

  test.each([
    ['another cart', ItemView, 'quantity', () => ({ cart: bob.cart as string })],
    [
      'another cart, of what is nobody’s',
      DeliveryView,
      'city',
      () => ({ cart: bob.cart as string }),
    ],
    ['the person', CartView, 'label', () => ({ person: ada.person as string })],
    [
      'the own cart and its person',
      ItemView,
      'quantity',
      () => ({ cart: ada.cart as string, 'cart.person': ada.person as string }),
    ],
  ])('under %s are not found', async (_what, view, field, within) => {
    expect(await uuids(view, field, { within: within() })).toBe('not_found');
  });

  test('have cursors that are of use to nobody else, and none of others is to them', async () => {
    await of.item().create(ItemView, { cartUuid: ada.cart });
    const first = pageBy('quantity', { limit: 1, within: { cart: ada.cart } });
    const read = () => market.repositories.page(ItemView, first);
    const cursors = [await asGuest(read), await restrictedTo(ada.person, read), await read()].map(
      ({ nextCursor }) => nextCursor!,
    );
    const go = (after: string) => () =>
      outcomeOf(market.repositories.page(ItemView, { ...first, after }));
    const [guests, persons, all] = cursors as [string, string, string];
    expect(await asGuest(go(guests))).toMatchObject({ items: [{}], nextCursor: null });
    expect(await restrictedTo(ada.person, go(guests))).toBe('invalid_cursor');
    expect(await restrictedTo(cartOf(bob), go(guests))).toBe('invalid_cursor');
    expect(await restrictedTo(ada.cart, go(guests))).toBe('invalid_cursor');
    expect(await go(guests)()).toBe('invalid_cursor');
    expect(await asGuest(go(persons))).toBe('invalid_cursor');
    expect(await asGuest(go(all))).toBe('invalid_cursor');
  });
});
