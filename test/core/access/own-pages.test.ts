import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PageRequest, ViewClass } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Delivery } from '../../support/market/market.entities.js';
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
  ItemView,
  LineView,
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
  await market.repositories.of(Delivery).create(DeliveryView, { cartUuid: bob.cart, city: 'Rome' });
});
afterAll(() => market.close());

const page = <V extends object>(view: ViewClass<V>, request: PageRequest) =>
  market.repositories.page(view, request);
const uuidsAs = async (
  stall: Stall,
  view: ViewClass<{ uuid: string }>,
  request: PageRequest,
): Promise<unknown> => {
  const read = () => outcomeOf(page(view, request).then(({ items }) => items.map((i) => i.uuid)));
  return restrictedTo(stall.person, read);
};

describe('a page', () => {
  test('shows the rows of the owner alone', async () => {
    const ask = pageBy('label');
    expect(await uuidsAs(ada, CartView as never, ask)).toEqual([ada.cart]);
    expect(await uuidsAs(bob, CartView as never, ask)).toEqual([bob.cart]);
    expect((await page(CartView, ask)).items).toHaveLength(2);
    expect(await uuidsAs(ada, ItemView as never, pageBy('quantity'))).toEqual([ada.item]);
    expect(await uuidsAs(ada, VoucherView as never, pageBy('code'))).toEqual([ada.voucher]);
  });

  test('of owners shows only the owner', async () => {
    expect(await uuidsAs(ada, PersonView as never, pageBy('name'))).toEqual([ada.person]);
    expect((await page(PersonView, pageBy('name'))).items).toHaveLength(2);
  });

  test('of rows without an address shows the owner’s', async () => {
    const lines = () => page(LineView, pageBy('position'));
    expect((await restrictedTo(ada.person, lines)).items).toEqual([{ position: 1, text: "Ada's" }]);
    expect((await lines()).items).toHaveLength(2);
  });

  test('shows all rows that belong to nobody', async () => {
    const uuid = await aProduct(market);
    expect(await uuidsAs(ada, ProductView as never, pageBy('name'))).toEqual([uuid]);
  });

  test('reads by one statement, and the same one in a transaction', async () => {
    const read = () => restrictedTo(ada.person, () => page(CartView, pageBy('label')));
    expect(await statementsOf(market, read)).toHaveLength(1);
    const inside = await market.database.transaction(read);
    expect(inside.items.map(({ uuid }) => uuid)).toEqual([ada.cart]);
  });

  test('is empty for an owner without rows, and for one who does not exist', async () => {
    const nobody = { ...ada, person: randomUUID() as never };
    expect(await uuidsAs(nobody, CartView as never, pageBy('label'))).toEqual([]);
    expect(await uuidsAs(nobody, PersonView as never, pageBy('name'))).toEqual([]);
  });

  test('finds and filters among the owner’s rows', async () => {
    const found = (more: Partial<PageRequest>) =>
      uuidsAs(ada, CartView as never, pageBy('label', more));
    expect(await found({ q: "'s" })).toEqual([ada.cart]);
    expect(await found({ q: 'Bob' })).toEqual([]);
    expect(await found({ filters: { label: "Bob's" } })).toEqual([]);
    expect(await found({ filters: { personUuid: ada.person } })).toEqual([ada.cart]);
    expect(await found({ filters: { personUuid: bob.person } })).toEqual([]);
    expect(await found({ filters: { personUuid: randomUUID() } })).toEqual([]);
    const items = { filters: { cartUuid: bob.cart } };
    expect(await uuidsAs(ada, ItemView as never, pageBy('quantity', items))).toEqual([]);
  });
});

describe('a page under parents', () => {
  const carts = { view: CartView, by: 'label', parent: 'person' } as const;
  const items = { view: ItemView, by: 'quantity', parent: 'cart' } as const;
  const lines = { view: LineView, by: 'position', parent: 'cart' } as const;
  const deliveries = { view: DeliveryView, by: 'city', parent: 'cart' } as const;

  test.each([carts, items, lines, deliveries])(
    'of another owner is not found, like a missing parent ($parent of $view.name)',
    async ({ view, by, parent }) => {
      const under = (uuid: string) =>
        restrictedTo(ada.person, () =>
          outcomeOf(page(view as never, pageBy(by, { within: { [parent]: uuid } }))),
        );
      const [own, others] = parent === 'person' ? [ada.person, bob.person] : [ada.cart, bob.cart];
      expect(await under(own)).toMatchObject({ nextCursor: null });
      expect(await under(others)).toBe('not_found');
      expect(await under(randomUUID())).toBe('not_found');
      const together = await Promise.all([under(own), under(others)]);
      expect(together).toEqual([await under(own), 'not_found']);
    },
  );

  test('and their parents shows the rows if all of them are the owner’s', async () => {
    const within = { cart: ada.cart, 'cart.person': ada.person };
    const ask = pageBy('quantity', { within });
    expect(await uuidsAs(ada, ItemView as never, ask)).toEqual([ada.item]);
    expect(await uuidsAs(bob, ItemView as never, ask)).toBe('not_found');
  });

  test('is empty under an own parent without rows', async () => {
    const within = { cart: await aCart(market, ada.person, 'empty') };
    expect(await uuidsAs(ada, ItemView as never, pageBy('quantity', { within }))).toEqual([]);
  });
});

describe('a cursor', () => {
  const first = (more: Partial<PageRequest> = {}) => pageBy('label', { limit: 1, ...more });

  test('leads on through the owner’s rows, and nobody else through theirs', async () => {
    await aCart(market, ada.person, 'Z');
    await sql(market, `UPDATE baskets SET version = 2`);
    const walk = async (asked: PageRequest): Promise<string[]> => {
      const { items, nextCursor } = await page(CartView, asked);
      const labels = items.map(({ label }) => label);
      return nextCursor === null
        ? labels
        : [...labels, ...(await walk({ ...asked, after: nextCursor }))];
    };
    const labels = await restrictedTo(ada.person, () => walk(first()));
    expect(labels).toContain('Z');
    expect(labels).not.toContain("Bob's");
    const { nextCursor } = await restrictedTo(ada.person, () => page(CartView, first()));
    const next = () => outcomeOf(page(CartView, first({ after: nextCursor! })));
    expect(await restrictedTo(bob.person, next)).toBe('invalid_cursor');
    expect(await next()).toBe('invalid_cursor');
  });

  test('of everybody’s rows is of no use to an owner, even under the same parent', async () => {
    const asked = first({ within: { person: ada.person } });
    const { nextCursor } = await page(CartView, asked);
    const next = () => outcomeOf(page(CartView, { ...asked, after: nextCursor! }));
    expect(await restrictedTo(ada.person, next)).toBe('invalid_cursor');
    expect(await next()).toMatchObject({ items: [{}] });
  });
});
