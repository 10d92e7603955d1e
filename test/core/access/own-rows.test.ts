import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restrictedTo, unrestricted } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql } from '../../support/library/library.js';
import { Cart, Item, Person, Product, Voucher } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aCart, aProduct, aStall, openMarket, outcomeOf } from '../../support/market/market.js';
import {
  CartView,
  ItemView,
  PersonView,
  ProductView,
  VoucherView,
} from '../../support/market/market.views.js';

let market: Library;
let ada: Stall;
let bob: Stall;
beforeAll(async () => {
  market = await openMarket();
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
});
afterAll(() => market.close());

type Kind = 'person' | 'cart' | 'item' | 'voucher';
const kinds: readonly Kind[] = ['person', 'cart', 'item', 'voucher'];
const entities = { person: Person, cart: Cart, item: Item, voucher: Voucher };
const views = { person: PersonView, cart: CartView, item: ItemView, voucher: VoucherView };
const of = (kind: Kind) => market.repositories.of(entities[kind] as typeof Cart);
const viewOf = (kind: Kind) => views[kind] as typeof CartView;

/** Every way to look up rows by their public ids; what it finds, or the code of its error. */
const ways: Readonly<Record<string, (kind: Kind, uuid: never) => Promise<unknown>>> = {
  get: async (kind, uuid) => (await of(kind).get(viewOf(kind), uuid)).uuid,
  find: async (kind, uuid) => (await of(kind).find(viewOf(kind), uuid))?.uuid ?? 'not_found',
  many: async (kind, uuid) => {
    const asked = [uuid, bob[kind], ada[kind]] as never[];
    const { items, missing } = await of(kind).many(viewOf(kind), asked);
    expect(items.length + missing.length).toBe(asked.length);
    return items.find((item) => item.uuid === String(uuid).toLowerCase())?.uuid ?? 'not_found';
  },
  exists: async (kind, uuid) => ((await of(kind).exists(uuid)) ? uuid : 'not_found'),
  resolve: async (kind, uuid) => (await of(kind).resolve(uuid)) && uuid,
  resolveMany: async (kind, uuid) =>
    [...(await of(kind).resolveMany([uuid, randomUUID() as never])).keys()][0] ?? 'not_found',
  requireOwn: async (kind, uuid) =>
    of(kind)
      .requireOwn(uuid)
      .then(() => uuid),
};

describe.each(Object.keys(ways))('restricted to an owner, %s', (way) => {
  const found = (kind: Kind, uuid: string) => outcomeOf(ways[way]!(kind, uuid as never));

  test.each(kinds)('finds the %s of the owner, and none of another', async (kind) => {
    for (const [mine, others] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      const seen = () => Promise.all([found(kind, mine[kind]), found(kind, others[kind])]);
      expect(await restrictedTo(mine.person, seen)).toEqual([mine[kind], 'not_found']);
      const inside = () => market.database.transaction(seen);
      expect(await restrictedTo(mine.person, inside)).toEqual([mine[kind], 'not_found']);
    }
  });

  test('finds everything again in work that is not restricted', async () => {
    const seen = () => Promise.all(kinds.map((kind) => found(kind, bob[kind])));
    const all = kinds.map((kind) => bob[kind]);
    expect(await seen()).toEqual(all);
    expect(await restrictedTo(ada.person, () => unrestricted(seen))).toEqual(all);
  });

  test('finds no row without an owner, nor anything for an owner who is deleted', async () => {
    const nobodys = await market.repositories.of(Voucher).create(VoucherView, { code: 'found' });
    const gone = await aStall(market, 'Gone');
    await market.repositories.of(Person).remove(gone.person);
    expect(await restrictedTo(ada.person, () => found('voucher', nobodys.uuid))).toBe('not_found');
    const theirs = () => Promise.all([found('cart', gone.cart), found('item', gone.item)]);
    expect(await restrictedTo(gone.person, theirs)).toEqual(['not_found', 'not_found']);
  });

  test('takes ids in capitals, and finds nothing by what is no id', async () => {
    for (const kind of kinds) {
      const capital = () => found(kind, ada[kind].toUpperCase());
      const seen = await restrictedTo(ada.person.toUpperCase(), capital);
      expect(String(seen).toLowerCase()).toBe(ada[kind]);
    }
    expect(await restrictedTo(ada.person, () => found('cart', 'x'))).toBe('not_found');
  });
});

describe('an entity that belongs to nobody', () => {
  test('is found by everybody', async () => {
    const uuid = await aProduct(market);
    const products = market.repositories.of(Product);
    const read = () => products.get(ProductView, uuid);
    expect(await restrictedTo(ada.person, read)).toEqual(await read());
    await restrictedTo(ada.person, () => products.requireOwn(uuid));
  });
});

describe('a row that changes its owner', () => {
  test('is at once the new owner’s alone, however often it was resolved', async () => {
    const cart = await aCart(market, ada.person);
    const seen = (stall: Stall) =>
      restrictedTo(stall.person, () => market.repositories.of(Cart).exists(cart));
    expect([await seen(ada), await seen(bob)]).toEqual([true, false]);
    await sql(
      market,
      `UPDATE baskets SET holder_no = (SELECT person_no FROM club.people
       WHERE public_key = '${bob.person}') WHERE uuid = '${cart}'`,
    );
    expect([await seen(ada), await seen(bob)]).toEqual([false, true]);
  });

  test('is not found by another because its id was resolved without a restriction', async () => {
    const carts = market.repositories.of(Cart);
    await carts.resolve(ada.cart);
    expect(await restrictedTo(bob.person, () => carts.exists(ada.cart))).toBe(false);
    expect(await carts.exists(ada.cart)).toBe(true);
  });
});

describe('a deleted row', () => {
  test('is gone for its owner, and as unknown to others as one that never was', async () => {
    const carts = market.repositories.of(Cart);
    const cart = await aCart(market, ada.person);
    await carts.remove(cart);
    const get = (uuid: string) => outcomeOf(carts.get(CartView, uuid as never));
    expect(await restrictedTo(ada.person, () => get(cart))).toBe('gone');
    expect(await restrictedTo(bob.person, () => get(cart))).toBe('not_found');
    expect(await get(cart)).toBe('gone');
  });

  test('is not found by anybody restricted once it is deleted for good', async () => {
    const items = market.repositories.of(Item);
    const { uuid } = await items.create(ItemView, { cartUuid: ada.cart });
    await items.remove(uuid);
    const get = () => outcomeOf(items.get(ItemView, uuid));
    expect(await get()).toBe('gone');
    expect(await restrictedTo(ada.person, get)).toBe('not_found');
    expect(await restrictedTo(bob.person, get)).toBe('not_found');
  });

  test('is gone for an owner who was deleted, and for no other', async () => {
    const { person } = await aStall(market, 'Former');
    const people = market.repositories.of(Person);
    await people.remove(person);
    const get = () => outcomeOf(people.get(PersonView, person));
    expect(await restrictedTo(person, get)).toBe('gone');
    expect(await restrictedTo(bob.person, get)).toBe('not_found');
  });
});
