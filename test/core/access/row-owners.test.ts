import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DualIdError, OwnerRow } from 'nest-dual-id';
import { currentOwner, currentOwnerRow, restrictedTo, unrestricted } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { statementsOf } from '../../support/library/library.js';
import {
  Cart,
  Delivery,
  Item,
  Line,
  Person,
  Product,
  Voucher,
} from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aCart, aProduct, aStall, openMarket } from '../../support/market/market.js';
import {
  CartView,
  DeliveryView,
  ItemView,
  PersonView,
  VoucherView,
} from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
/** Of the same person as Ada's cart. */
let other: never;
let product: never;
beforeAll(async () => {
  market = await openMarket();
  product = (await aProduct(market)) as never;
});
beforeEach(async () => {
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
  other = (await aCart(market, ada.person)) as never;
});
afterAll(() => market.close());

const of = {
  person: () => market.repositories.of(Person),
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
  voucher: () => market.repositories.of(Voucher),
  delivery: () => market.repositories.of(Delivery),
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

describe('work for one cart', () => {
  test('finds the cart and what hangs below it, by every way', async () => {
    const seen = asGuest(() =>
      Promise.all([
        of.cart().get(CartView, ada.cart),
        of.item().get(ItemView, ada.item),
        of.item().get(ItemView, ada.item, { cart: ada.cart }),
        of.cart().many(CartView, [ada.cart, other, bob.cart]),
        of.item().many(ItemView, [ada.item, bob.item]),
        of.cart().exists(ada.cart),
        of.item().resolve(ada.item),
        of.item().requireOwn(ada.item),
      ]),
    );
    const [cart, item, nested, carts, items, exists] = await seen;
    expect([cart.uuid, item.uuid, nested.uuid, exists]).toEqual([
      ada.cart,
      ada.item,
      ada.item,
      true,
    ]);
    expect(cart.lines).toEqual([{ position: 1, text: "Ada's" }]);
    expect(carts).toMatchObject({ items: [{ uuid: ada.cart }], missing: [other, bob.cart] });
    expect(items).toMatchObject({ items: [{ uuid: ada.item }], missing: [bob.item] });
  });

  test('finds nothing of other carts and nothing of people, by the statements of what is absent', async () => {
    const asks: readonly (readonly [never, (uuid: never) => Promise<unknown>])[] = [
      [bob.cart as never, (u) => of.cart().get(CartView, u)],
      [other, (u) => of.cart().get(CartView, u)],
      [bob.item as never, (u) => of.item().get(ItemView, u)],
      [bob.item as never, (u) => of.item().get(ItemView, u, { cart: ada.cart })],
      [bob.cart as never, (u) => of.item().get(ItemView, ada.item, { cart: u })],
      [bob.item as never, (u) => of.item().resolve(u)],
      [bob.cart as never, (u) => of.cart().requireOwn(u)],
      [ada.person as never, (u) => of.person().get(PersonView, u)],
      [ada.person as never, (u) => of.person().resolve(u)],
      [ada.person as never, (u) => of.cart().get(CartView, ada.cart, { person: u })],
      [ada.person as never, (u) => of.item().get(ItemView, ada.item, { 'cart.person': u })],
      [ada.voucher as never, (u) => of.voucher().get(VoucherView, u)],
    ];
    for (const [uuid, ask] of asks) {
      const found = await outcome(() => ask(uuid));
      expect(found.shown).toEqual(['not_found']);
      expect(await outcome(() => ask(absent))).toEqual(found);
      expect(await refused(() => market.database.transaction(() => ask(uuid)))).toEqual([
        'not_found',
      ]);
    }
  });

  test('finds what belongs to nobody, under its own cart alone', async () => {
    const city = { city: 'Rome' };
    const own = await of.delivery().create(DeliveryView, { ...city, cartUuid: ada.cart });
    const foreign = await of.delivery().create(DeliveryView, { ...city, cartUuid: bob.cart });
    const get = (uuid: never, cart?: string) =>
      refused(() => of.delivery().get(DeliveryView, uuid, cart === undefined ? {} : { cart }));
    expect(await get(foreign.uuid as never)).toMatchObject(city);
    expect(await get(own.uuid as never, ada.cart)).toMatchObject(city);
    expect(await get(foreign.uuid as never, bob.cart)).toEqual(['not_found']);
    expect(await asGuest(() => market.repositories.of(Product).exists(product))).toBe(true);
  });

  test('knows its owner, and everything again once it is unrestricted', async () => {
    const known = () => [currentOwner(), currentOwnerRow()];
    expect(asGuest(known)).toEqual([ada.cart, cartOf(ada)]);
    expect(asGuest(() => unrestricted(known))).toEqual([undefined, undefined]);
    expect(restrictedTo(bob.person, known)).toEqual([bob.person, undefined]);
    expect(asGuest(() => restrictedTo(bob.person, known))).toEqual([bob.person, undefined]);
    expect(await asGuest(() => unrestricted(() => of.cart().exists(bob.cart)))).toBe(true);
    const make = () => of.cart().create(CartView, { label: 'L', personUuid: bob.person });
    expect(await asGuest(() => unrestricted(make))).toMatchObject({ personUuid: bob.person });
  });

  test('finds everything of a person who is named as the owner with their entity', async () => {
    const asPerson = <T>(work: () => T) =>
      restrictedTo({ entity: Person, uuid: ada.person.toUpperCase() }, work);
    const seen = asPerson(() =>
      Promise.all([
        of.person().exists(ada.person),
        of.cart().exists(other),
        of.item().exists(ada.item),
        of.voucher().exists(ada.voucher),
        of.cart().exists(bob.cart),
      ]),
    );
    expect(await seen).toEqual([true, true, true, true, false]);
  });

  test('goes on for a cart whose person is deleted, and ends with the cart', async () => {
    const exists = () => asGuest(() => of.item().exists(ada.item));
    await of.person().remove(ada.person);
    expect(await exists()).toBe(true);
    await of.cart().remove(ada.cart);
    expect(await exists()).toBe(false);
    expect(await refused(() => of.cart().get(CartView, ada.cart))).toEqual(['gone']);
  });
});

test.each([
  ['what is no public id', () => ({ entity: Cart, uuid: '7' })],
  ['a row without a uuid', () => ({ entity: Cart })],
  ['no entity', () => ({ uuid: randomUUID() })],
  ['an entity that belongs to nobody', () => ({ entity: Product, uuid: randomUUID() })],
  ['an entity without public ids', () => ({ entity: Line, uuid: randomUUID() })],
  ['nothing', () => null],
])('restricting work to %s is misuse, and not everything', (_what, row) => {
  const work = () => restrictedTo(row() as never, () => 'done');
  expect(work).toThrow(expect.objectContaining({ code: 'misuse' }));
});
