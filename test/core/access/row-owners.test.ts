import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DualIdError, OwnerRow, PageRequest } from 'nest-dual-id';
import { currentOwner, currentOwnerRow, restrictedTo, unrestricted } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import {
  Cart,
  Delivery,
  Firm,
  Item,
  Line,
  Person,
  Product,
  Shelf,
  Voucher,
} from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import {
  aCart,
  aProduct,
  aStall,
  openMarket,
  outcomeOf,
  pageBy,
} from '../../support/market/market.js';
import {
  CartView,
  DeliveryView,
  FirmView,
  ItemView,
  LineView,
  PersonView,
  ProductView,
  ShelfView,
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
