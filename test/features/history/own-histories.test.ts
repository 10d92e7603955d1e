import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ChangeFeed, History } from 'nest-dual-id/history';
import { openApiOf, restrictedTo } from 'nest-dual-id';
import { sql } from '../../support/library/library.js';
import type { Fair } from '../../support/market/fair.js';
import { CartRecord, give, ItemRecord, LineRecord, openFair } from '../../support/market/fair.js';
import { Cart } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, outcomeOf } from '../../support/market/market.js';
import { CartView } from '../../support/market/market.views.js';
import { interrupted, sentBy } from '../../support/market/sent.js';

let fair: Fair;
let history: History;
beforeAll(async () => {
  fair = await openFair();
  history = fair.app.get(History, { strict: false });
});
afterAll(() => fair.close());

const ask = (badge: string, uuid: string, query = '') =>
  fair.as(badge, 'GET', `/registry/${uuid}/history${query}`);

describe('GET /registry/:uuid/history for own rows', () => {
  test('shows owners the changes of their rows', async () => {
    for (const kind of ['person', 'cart', 'item'] as const) {
      const { status, body } = await ask('ada', fair.ada[kind]);
      expect([kind, status, body.items?.length]).toEqual([kind, 200, 1]);
    }
  });

  test('is not found for rows of others, exactly as for one that never was', async () => {
    const at = `?at=${encodeURIComponent(new Date().toISOString())}`;
    for (const query of ['', '?limit=1', at]) {
      const absent = (await ask('ada', randomUUID(), query)).text;
      expect(JSON.parse(absent)).toMatchObject({ status: 404, code: 'not_found' });
      for (const kind of ['person', 'cart', 'item', 'voucher'] as const) {
        expect((await ask('ada', fair.bob[kind], query)).text).toBe(absent);
      }
    }
  });

  test('sends the same statements for rows of others and for one that never was', async () => {
    const sent = (uuid: string) => sentBy(fair.market, async () => (await ask('ada', uuid)).text);
    const absent = await sent(randomUUID());
    expect(absent.texts).toHaveLength(1);
    for (const kind of ['person', 'cart', 'item'] as const) {
      expect(await sent(fair.bob[kind])).toEqual(absent);
    }
  });

  test('shows everybody the rows that belong to nobody, and staff all', async () => {
    expect((await ask('ada', fair.product)).status).toBe(200);
    for (const uuid of [fair.product, fair.ada.cart, fair.bob.item, fair.bob.person]) {
      expect((await ask('staff', uuid)).status).toBe(200);
    }
    expect((await fair.get(`/registry/${fair.product}/history`)).status).toBe(401);
  });

  test('of a softly deleted row is gone for its owner, not found for others, shown to staff', async () => {
    const { uuid } = await aCartOf(fair.ada);
    await fair.market.repositories.of(Cart).remove(uuid);
    expect((await ask('ada', uuid)).status).toBe(410);
    expect((await ask('bob', uuid)).text).toBe((await ask('bob', randomUUID())).text);
    expect((await ask('staff', uuid)).body.items[0]).toMatchObject({ operation: 'deleted' });
  });

  test('of a row that was deleted for good is shown to staff alone', async () => {
    const { item } = await aStall(fair.market, 'Cleo');
    await sql(
      fair.market,
      `UPDATE items SET cart_id = (${idOf(fair.ada.cart)}) WHERE uuid = '${item}'`,
    );
    expect((await ask('ada', item)).status).toBe(200);
    await sql(fair.market, `DELETE FROM items WHERE uuid = '${item}'`);
    expect((await ask('ada', item)).text).toBe((await ask('ada', randomUUID())).text);
    expect((await ask('staff', item)).status).toBe(200);
  });

  test('ends for whoever gives the row away, between two pages too, and begins for the new owner', async () => {
    const { uuid } = await aCartOf(fair.ada);
    await sql(fair.market, `UPDATE baskets SET cart_label = 'second' WHERE uuid = '${uuid}'`);
    const { body } = await ask('ada', uuid, '?limit=1');
    await give(fair, uuid, fair.bob);
    const next = `?limit=1&after=${body.nextCursor}`;
    expect((await ask('ada', uuid, next)).status).toBe(404);
    expect((await ask('bob', uuid)).body.items).toHaveLength(3);
    expect((await ask('staff', uuid, next)).body.items).toHaveLength(1);
  });

  test('is described as a route of own rows', async () => {
    const document = await openApiOf(fair.app, { title: 'Fair', version: '1' });
    const operation = document.paths['/registry/{uuid}/history']?.get;
    expect(operation).toHaveProperty('x-own-rows', true);
  });
});

/** Makes a cart. */
function aCartOf({ person }: Stall): Promise<CartView> {
  return fair.market.repositories.of(Cart).create(CartView, { label: 'first', personUuid: person });
}

const idOf = (cart: string) => `SELECT id FROM baskets WHERE uuid = '${cart}'`;

/** Every way to read the log of one row. */
const reads: Readonly<Record<string, (stall: Pick<Stall, 'cart' | 'item'>) => Promise<unknown>>> = {
  'page of a row': ({ cart }) => history.of(CartRecord, cart),
  'page two relations away': ({ item }) => history.of(ItemRecord, item),
  'page of lines': ({ cart }) => history.of(LineRecord, cart),
  'state at a time': ({ cart }) => history.asOf(CartRecord, cart, new Date()),
  difference: ({ cart }) => history.diff(CartRecord, cart, new Date(0), new Date()),
  'page of links': ({ cart }) => history.links(Cart, 'products', cart),
  revert: ({ cart }) => history.revert(CartRecord, cart, new Date()),
};

describe.each(Object.entries(reads))(
  'a %s in work that is restricted to an owner',
  (_what, read) => {
    const as = (person: string, stall: Pick<Stall, 'cart' | 'item'>) =>
      restrictedTo(person, () => outcomeOf(read(stall)));
    const nothing = () => ({ cart: randomUUID() as never, item: randomUUID() as never });

    test('is for the owner, and for unrestricted work', async () => {
      expect(await as(fair.ada.person, fair.ada)).toEqual(expect.any(Object));
      expect(await outcomeOf(read(fair.bob))).toEqual(expect.any(Object));
    });

    test('sends the same statements for a row of another and for none, and finds neither', async () => {
      const foreign = await sentBy(fair.market, () => as(fair.ada.person, fair.bob));
      const absent = await sentBy(fair.market, () => as(fair.ada.person, nothing()));
      expect(foreign.outcome).toBe('not_found');
      expect(foreign).toEqual(absent);
      expect(foreign.texts.join()).not.toMatch(/dual_id\.changes|FOR UPDATE/);
    });
  },
);

describe('a row that is given away while its history is read', () => {
  test.each(['page of a row', 'state at a time', 'page of links'])(
    'shows nothing of what became of it (%s)',
    async (what) => {
      const { uuid } = await aCartOf(fair.ada);
      const meanwhile = async () => {
        await give(fair, uuid, fair.bob);
        await sql(fair.market, `UPDATE baskets SET cart_label = 'secret' WHERE uuid = '${uuid}'`);
      };
      const read = () => reads[what]!({ cart: uuid, item: fair.ada.item });
      const outcome = await interrupted(fair.market, [/dual_id\.changes/, meanwhile], () =>
        restrictedTo(fair.ada.person, () => outcomeOf(read())),
      );
      expect(outcome).toBe('not_found');
    },
  );
});

describe('the log of many rows', () => {
  test('is not read in restricted work', async () => {
    const feed = fair.app.get(ChangeFeed, { strict: false });
    const { items } = await history.of(CartRecord, fair.ada.cart);
    const { offset } = await feed.snapshot();
    const all: readonly (() => Promise<unknown>)[] = [
      () => history.byActor(fair.ada.person, [CartRecord]),
      () => history.byActor(null, [CartRecord]),
      () => history.byTransaction(items[0]!.version, [CartRecord]),
      () => feed.read(offset).next(),
      () => feed.follow(offset).next(),
      () => feed.consume('fair', async () => undefined),
    ];
    for (const read of all) {
      expect(await restrictedTo(fair.ada.person, () => outcomeOf(read()))).toBe('misuse');
    }
  });
});

test('a revert gives no row away, and names no row of another', async () => {
  const { uuid } = await aCartOf(fair.bob);
  await give(fair, uuid, fair.ada);
  const [, first] = (await history.of(CartRecord, uuid)).items;
  const back = () => outcomeOf(history.revert(CartRecord, uuid, { version: first!.version }));
  expect(await restrictedTo(fair.ada.person, back)).toBe('missing_reference');
  expect(await restrictedTo(fair.bob.person, back)).toBe('not_found');
  expect(await back()).toMatchObject({ personUuid: fair.bob.person });
});
