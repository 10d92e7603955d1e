import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DualIdError, restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import {
  Cart,
  Firm,
  Item,
  Person,
  Product,
  Shelf,
  Voucher,
} from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aCart, aStall, openMarket, outcomeOf } from '../../support/market/market.js';
import {
  CartView,
  FirmView,
  ItemView,
  PersonView,
  ProductView,
  ShelfView,
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

const of = {
  person: () => market.repositories.of(Person),
  cart: () => market.repositories.of(Cart),
  item: () => market.repositories.of(Item),
  voucher: () => market.repositories.of(Voucher),
};
const isMissing = (pointer: string) => ({
  code: 'missing_reference',
  status: 422,
  errors: [{ pointer, detail: 'does not exist' }],
});

/** The client's side of an error, and the statements on the way to it. */
async function refusal(work: () => Promise<unknown>) {
  let shown: unknown;
  const statements = await statementsOf(market, async () => {
    shown = await work().then(
      () => 'done',
      ({ code, definition, details }: DualIdError) => {
        const errors = details.errors?.map(({ pointer, detail }) => ({ pointer, detail }));
        return { code, status: definition.status, errors };
      },
    );
  });
  return { shown, statements };
}

type Write = (uuid: never) => Promise<unknown>;
/** Every place of a body in which a row is named, what it names, and its pointer. */
const places: readonly (readonly [string, keyof Stall, Write, string])[] = [
  [
    'the owner of a new row',
    'person',
    (u) => of.cart().create(CartView, { label: 'L', personUuid: u }),
    '/personUuid',
  ],
  [
    'the owner of a new row with a UUID',
    'person',
    (u) => of.voucher().create(VoucherView, { code: 'C', personUuid: u }),
    '/personUuid',
  ],
  [
    'the row that leads a new one to its owner',
    'cart',
    (u) => of.item().create(ItemView, { cartUuid: u }),
    '/cartUuid',
  ],
  [
    'the owner of a row',
    'person',
    (u) => of.cart().update(CartView, ada.cart, { personUuid: u }),
    '/personUuid',
  ],
  [
    'the row that leads to the owner',
    'cart',
    (u) => of.item().update(ItemView, ada.item, { cartUuid: u }),
    '/cartUuid',
  ],
  [
    'another row with an owner',
    'voucher',
    (u) => of.cart().update(CartView, ada.cart, { voucherUuid: u }),
    '/voucherUuid',
  ],
  [
    'one of new rows',
    'cart',
    (u) => of.item().createMany(ItemView, [{ cartUuid: ada.cart }, { cartUuid: u }]),
    '/1/cartUuid',
  ],
  ['links', 'voucher', (u) => of.cart().links('vouchers').set(ada.cart, [u]), '/vouchers/0'],
  [
    'additional links',
    'voucher',
    (u) => of.cart().links('vouchers').add(ada.cart, [u]),
    '/vouchers/0',
  ],
];

describe.each(places)('%s', (_what, kind, write, pointer) => {
  const asAda = (uuid: string) =>
    refusal(() => restrictedTo(ada.person, () => write(uuid as never)));

  test('may be the owner’s', async () => {
    expect((await asAda(ada[kind])).shown).toBe('done');
  });

  test('is missing if it is another’s, by the same statements as one that does not exist', async () => {
    const foreign = await asAda(bob[kind]);
    expect(foreign.shown).toEqual(isMissing(pointer));
    expect(await asAda(randomUUID())).toEqual(foreign);
    const inside = await market.database
      .transaction(() => restrictedTo(ada.person, () => write(bob[kind] as never)))
      .catch(({ code }: DualIdError) => code);
    expect(inside).toBe('missing_reference');
  });
});

describe('a new row', () => {
  const asAda = (work: () => Promise<unknown>) => refusal(() => restrictedTo(ada.person, work));

  test('needs to say whose it is', async () => {
    const missing = isMissing('/personUuid');
    const vouchers = of.voucher();
    const none = () => vouchers.create(VoucherView, { code: 'C' });
    expect((await asAda(none)).shown).toEqual(missing);
    const nobody = () => vouchers.create(VoucherView, { code: 'C', personUuid: null });
    expect((await asAda(nobody)).shown).toEqual(missing);
    expect((await asAda(() => of.item().create(ItemView, {}))).shown).toEqual(
      isMissing('/cartUuid'),
    );
    expect((await refusal(none)).shown).toBe('done');
  });

  test('that is an owner has to be the one to whom the work is restricted', async () => {
    const create = (more: object) => () => of.person().create(PersonView, { name: 'New', ...more });
    expect((await asAda(create({}))).shown).toEqual(isMissing('/uuid'));
    const uuid = randomUUID();
    const own = await restrictedTo(uuid, create({ uuid: uuid.toUpperCase() }));
    expect(own.uuid).toBe(uuid);
    const others = () => of.person().createMany(PersonView, [{ name: 'New' }]);
    expect((await asAda(others)).shown).toEqual(isMissing('/0/uuid'));
  });

  test('that belongs to nobody is made by everybody', async () => {
    const products = market.repositories.of(Product);
    expect((await asAda(() => products.create(ProductView, { name: 'P' }))).shown).toBe('done');
  });
});

describe('a row', () => {
  test('is not given away to nobody', async () => {
    const give = () => of.voucher().update(VoucherView, ada.voucher, { personUuid: null });
    const asked = await refusal(() => restrictedTo(ada.person, give));
    expect(asked.shown).toEqual(isMissing('/personUuid'));
  });

  test('moves between rows of the same owner', async () => {
    const cartUuid = await aCart(market, ada.person);
    const { uuid } = await of.item().create(ItemView, { cartUuid });
    const move = () => of.item().update(ItemView, uuid, { cartUuid: ada.cart });
    expect((await restrictedTo(ada.person, move)).cartUuid).toBe(ada.cart);
  });

  test('keeps a link to a row that the owner may not name, until it is removed', async () => {
    const links = of.cart().links('vouchers');
    await links.add(ada.cart, [bob.voucher]);
    const asAda = <T>(work: () => Promise<T>) => restrictedTo(ada.person, work);
    expect(await asAda(() => links.remove(ada.cart, [bob.voucher]))).toEqual({
      added: 0,
      removed: 1,
    });
    expect(await asAda(() => links.remove(ada.cart, [bob.voucher, randomUUID() as never]))).toEqual(
      { added: 0, removed: 0 },
    );
  });

  test('whose owner is in a plain column as well is not moved over it', async () => {
    const firms = market.repositories.of(Firm);
    const [own, other] = await firms.createMany(FirmView, [{ name: 'A' }, { name: 'B' }]);
    const shelves = market.repositories.of(Shelf);
    const inFirm = <T>(work: () => Promise<T>) => restrictedTo(own!.uuid, work);
    const make = (firmKey: string) => () => shelves.create(ShelfView, { name: 'S', firmKey });
    const shelf = await inFirm(make(own!.uuid));
    expect((await refusal(() => inFirm(make(other!.uuid)))).shown).toEqual(isMissing('/firmKey'));
    const move = (firmKey: string) => () => shelves.update(ShelfView, shelf.uuid, { firmKey });
    for (const firm of [other!.uuid, randomUUID()]) {
      expect((await refusal(() => inFirm(move(firm)))).shown).toEqual(isMissing('/firmKey'));
    }
    expect((await move(other!.uuid)()).firmUuid).toBe(other!.uuid);
  });
});

describe('creates of different owners at once', () => {
  test('share a statement, and each may name the rows of its own owner alone', async () => {
    const stalls: Stall[] = [];
    for (let n = 0; n < 6; n++) stalls.push(await aStall(market, String(n)));
    const create = (person: string, cartUuid: never) =>
      restrictedTo(person, () => outcomeOf(of.item().create(ItemView, { cartUuid })));
    const texts = await statementsOf(market, async () => {
      const all = stalls.map(({ person, cart }) => create(person, cart as never));
      for (const [at, item] of (await Promise.all(all)).entries()) {
        expect(item).toMatchObject({ cartUuid: stalls[at]!.cart });
      }
    });
    expect(texts.filter((text) => text.includes('INSERT'))).toHaveLength(1);
    const mixed = stalls.flatMap(({ person, cart }, at) => [
      create(person, cart as never),
      create(person, stalls[(at + 1) % stalls.length]!.cart as never),
    ]);
    expect(await Promise.all(mixed)).toMatchObject(
      stalls.flatMap(({ cart }) => [{ cartUuid: cart }, 'missing_reference']),
    );
    const rows = await sql(
      market,
      `SELECT count(*)::int AS items FROM items i JOIN baskets b ON b.id = i.cart_id
       WHERE b.uuid IN (${stalls.map(({ cart }) => `'${cart}'`).join(', ')})`,
    );
    expect(rows).toEqual([{ items: 3 * stalls.length }]);
  });
});
