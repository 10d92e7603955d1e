import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import { exportView } from 'nest-dual-id/export';
import {
  Impact,
  RegistryCounter,
  RegistryList,
  RegistryRecords,
  RegistryService,
  RegistrySearch,
} from 'nest-dual-id/registry';
import { identityTypes } from '../../../src/features/identity/entities/platform-types.js';
import { sql } from '../../support/library/library.js';
import type { Fair } from '../../support/market/fair.js';
import { give, openFair } from '../../support/market/fair.js';
import { Cart, Item, Product } from '../../support/market/market.entities.js';
import { aCart, aProduct, aStall, outcomeOf } from '../../support/market/market.js';
import { CartView } from '../../support/market/market.views.js';
import { sentBy } from '../../support/market/sent.js';

let fair: Fair;
/** Rows of tables that nothing here maps, and of the library's own. */
const strangers: string[] = [];
beforeAll(async () => {
  fair = await openFair();
  const { id, name } = identityTypes.group;
  await sql(
    fair.market,
    `INSERT INTO dual_id.platform_types (id, name, guid) VALUES (${id}, '${name}', true)
     ON CONFLICT DO NOTHING`,
  );
  const made = await sql(
    fair.market,
    `WITH u AS (INSERT INTO users (first_name, last_name, email)
       VALUES ('A', 'B', 'a@b.cc') RETURNING uuid),
     g AS (INSERT INTO dual_id.passports (uuid, platform_type_id, guid)
       VALUES (gen_random_uuid(), ${id}, true) RETURNING uuid)
     SELECT uuid FROM u UNION ALL SELECT uuid FROM g`,
  );
  strangers.push(...made.map(({ uuid }) => String(uuid)));
});
afterAll(() => fair.close());

const resolve = (badge: string, uuid: string) => fair.as(badge, 'GET', `/resolve/${uuid}`);
const codesOf = async (badge: string, uuids: readonly string[]) => {
  const { body } = await fair.as(badge, 'POST', '/registry/resolve', { uuids });
  return body.items.map(({ code }: { code: number }) => code);
};
const removed = async () => {
  const uuid = await aCart(fair.market, fair.ada.person);
  await fair.market.repositories.of(Cart).remove(uuid);
  return uuid;
};

describe('GET /resolve/:uuid for own rows', () => {
  test('shows own rows and those that belong to nobody', async () => {
    const { ada, product } = fair;
    for (const uuid of [ada.person, ada.cart, ada.item, ada.voucher, product]) {
      expect((await resolve('ada', uuid)).status).toBe(200);
    }
    expect((await fair.get(`/resolve/${product}`)).status).toBe(401);
  });

  test('finds no row of another, exactly as none that never was', async () => {
    const sent = (uuid: string) =>
      sentBy(fair.market, async () => (await resolve('ada', uuid)).text);
    const absent = await sent(randomUUID());
    expect(JSON.parse(absent.outcome as string)).toMatchObject({ status: 404 });
    expect(absent.texts).toHaveLength(1);
    const { person, cart, item, voucher } = fair.bob;
    for (const uuid of [person, cart, item, voucher, ...strangers, await removedOfBob()]) {
      expect(await sent(uuid)).toEqual(absent);
      expect((await resolve('staff', uuid)).status).not.toBe(404);
    }
  });

  test('of work for one cart shows the cart and what hangs below it', async () => {
    const { ada, bob, product } = fair;
    const registry = fair.app.get(RegistryService, { strict: false });
    const uuids = [ada.cart, ada.item, product, ada.person, ada.voucher, bob.cart, bob.item];
    const found = await restrictedTo({ entity: Cart, uuid: ada.cart }, () =>
      registry.resolveMany(uuids as never),
    );
    expect(found.map(({ code }) => code)).toEqual([200, 200, 200, 404, 404, 404, 404]);
  });

  test('is 410 for the owner of a softly deleted row and for staff alone', async () => {
    const uuid = await removed();
    expect((await resolve('ada', uuid)).status).toBe(410);
    expect((await resolve('staff', uuid)).status).toBe(410);
    expect((await resolve('bob', uuid)).text).toBe((await resolve('bob', randomUUID())).text);
  });

  test('is 410 for staff alone where a row was deleted for good, unless it was nobody’s', async () => {
    const { uuid: item } = await anItem();
    await fair.market.repositories.of(Item).remove(item as never);
    expect((await resolve('ada', item)).status).toBe(404);
    expect((await resolve('staff', item)).status).toBe(410);
    const product = await aProduct(fair.market);
    await fair.market.repositories.of(Product).remove(product);
    expect((await resolve('ada', product)).status).toBe(410);
  });

  test('follows a row to its new owner', async () => {
    const uuid = await aCart(fair.market, fair.ada.person);
    expect((await resolve('ada', uuid)).status).toBe(200);
    await give(fair, uuid, fair.bob);
    expect((await resolve('ada', uuid)).status).toBe(404);
    expect((await resolve('bob', uuid)).status).toBe(200);
  });

  test('of an owner that was deleted softly shows nothing that was theirs', async () => {
    const cleo = await aStall(fair.market, 'Cleo');
    await sql(
      fair.market,
      `UPDATE club.people SET deleted_at = now() WHERE public_key = '${cleo.person}'`,
    );
    fair.badge('cleo', cleo.person, []);
    const { person, cart, item, voucher } = cleo;
    expect(await codesOf('cleo', [person, cart, item, voucher])).toEqual([410, 404, 404, 404]);
  });
});

/** A deleted cart of the other. */
async function removedOfBob(): Promise<string> {
  const uuid = await removed();
  await give(fair, uuid, fair.bob);
  return uuid;
}

/** An item of Ada's cart. */
async function anItem(): Promise<{ uuid: string }> {
  const cart = `(SELECT id FROM baskets WHERE uuid = '${fair.ada.cart}')`;
  const [row] = await sql(
    fair.market,
    `INSERT INTO items (cart_id) VALUES (${cart}) RETURNING uuid`,
  );
  return row as { uuid: string };
}

describe('POST /registry/resolve for own rows', () => {
  test('tells each of them as it would alone', async () => {
    const { ada, bob, product } = fair;
    const gone = await removed();
    const uuids = [ada.cart, bob.cart, randomUUID(), gone, product, bob.person, strangers[0]!];
    expect(await codesOf('ada', uuids)).toEqual([200, 404, 404, 410, 200, 404, 404]);
    expect(await codesOf('bob', uuids)).toEqual([404, 200, 404, 404, 200, 200, 404]);
    expect(await codesOf('staff', uuids)).toEqual([200, 200, 404, 410, 200, 200, 200]);
  });
});

describe('lists, searches and counts', () => {
  const routes = ['entities', 'search?q=a', 'typeahead?q=a', 'counts'];
  const ofType = (route: string, type: string) =>
    `/registry/${route}${route.includes('?') ? '&' : '?'}type=${type}`;

  test.each(routes)('are for people with the permission alone (%s)', async (route) => {
    expect((await fair.as('ada', 'GET', `/registry/${route}`)).status).toBe(403);
    expect((await fair.as('staff', 'GET', `/registry/${route}`)).status).toBe(200);
  });

  test.each(routes)('need the permissions of all types without a type (%s)', async (route) => {
    const { status, body } = await fair.as('clerk', 'GET', `/registry/${route}`);
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.detail).toContain('lacks the permission people:read');
  });

  test.each(routes.slice(0, 3))('need the permission of their type (%s)', async (route) => {
    expect((await fair.as('clerk', 'GET', ofType(route, 'buyer'))).status).toBe(403);
    expect((await fair.as('clerk', 'GET', ofType(route, 'basket'))).status).toBe(200);
    expect((await fair.as('staff', 'GET', ofType(route, 'buyer'))).status).toBe(200);
  });

  test('are not read in restricted work, and neither is what refers to an entity', async () => {
    const of = <T>(service: new (...args: never[]) => T) =>
      fair.app.get(service, { strict: false });
    const { dataSource } = fair.market;
    const all: readonly (() => Promise<unknown>)[] = [
      () => of(RegistryList).page(),
      () => of(RegistrySearch).search({ q: 'a' }),
      () => of(RegistrySearch).typeahead('a'),
      () => of(RegistryCounter).counts(),
      () => of(Impact).of(fair.ada.cart),
      () => exportView({ dataSource, view: CartView }).next(),
    ];
    for (const read of all) {
      expect(await restrictedTo(fair.ada.person, () => outcomeOf(read()))).toBe('misuse');
      expect(await outcomeOf(read())).not.toBe('misuse');
    }
  });
});

describe('records and passports by code', () => {
  test('of other owners are neither read nor changed in restricted work', async () => {
    const records = fair.app.get(RegistryRecords, { strict: false });
    const works: readonly ((uuid: string) => Promise<unknown>)[] = [
      (uuid) => records.get(uuid as never),
      (uuid) => records.update(uuid as never, { description: 'X' }),
      (uuid) => records.remove(uuid as never),
      (uuid) => records.restore(uuid as never),
    ];
    for (const work of works) {
      const sent = (uuid: string) =>
        sentBy(fair.market, () => restrictedTo(fair.ada.person, () => outcomeOf(work(uuid))));
      const absent = await sent(randomUUID());
      expect(absent.outcome).toBe('not_found');
      expect(absent.texts.join()).not.toContain('hold_passport');
      expect(await sent(fair.bob.cart)).toEqual(absent);
      expect((await sent(fair.ada.cart)).outcome).not.toBe('not_found');
    }
    const { id } = await records.get(fair.bob.cart as never);
    const byId = () => outcomeOf(records.getByInternalId(id));
    expect(await restrictedTo(fair.ada.person, byId)).toBe('not_found');
    expect(await restrictedTo(fair.bob.person, byId)).toMatchObject({ uuid: fair.bob.cart });
  });

  test('of types that are not mapped, or the library’s, do not exist in restricted work', async () => {
    const records = fair.app.get(RegistryRecords, { strict: false });
    for (const uuid of strangers) {
      const read = () => outcomeOf(records.get(uuid as never));
      expect(await restrictedTo(fair.ada.person, read)).toBe('not_found');
      expect(await read()).toMatchObject({ uuid });
    }
  });
});
