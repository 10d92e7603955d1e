import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import pg from 'pg';
import { User } from '../../src/shop/users/user.entity.js';
import { columnsWith } from '../support/find-person.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, staffKey, testShop } from '../support/shop.js';

let shop: TestShop;
let database: pg.Client;
let milk: string;

beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  database = new pg.Client({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

const items = () => [{ productUuid: milk, quantity: 1 }];
const query = async (text: string) => (await database.query(text)).rows;

/** A user about whom the shop knows as much as possible. */
const zebulon = {
  ...{ firstName: 'Zebulon', lastName: 'Quagmire', email: 'zeb.quagmire@example.org' },
  ...{ phone: '555-quagmire', street: '1 Zebulon Lane', city: 'Quagmire', postalCode: 'quagmire' },
  country: 'Quagmire',
};
const words = ['zebulon', 'quagmire'];
const found = (options = {}) => columnsWith(query, words, options);

/** Creates Zebulon, with an order and an edge, both of which are about him. */
async function aKnownUser(): Promise<string> {
  const { uuid } = (await shop.ask('POST', '/users', { body: zebulon })).body;
  const friend = await aUser(shop, `friend-of-${uuid}@example.org`);
  const key = { 'idempotency-key': `zebulon-quagmire-${uuid}` };
  const placed = await shop.ask('POST', `/users/${uuid}/orders`, {
    body: { items: items() },
    headers: key,
  });
  expect(placed.status).toBe(201);
  const move = { status: 'processing', note: 'Zebulon called' };
  expect(
    (await shop.ask('POST', `/orders/${placed.body.uuid}/status`, { body: move })).status,
  ).toBe(200);
  const edge = `/registry/${friend}/relations/linked/${uuid}`;
  const told = { metadata: { note: 'went to school with Zebulon' } };
  expect((await shop.ask('PUT', edge, { body: told })).status).toBe(200);
  const others = await shop.ask('POST', `/users/${friend}/orders`, { body: { items: items() } });
  const by = { status: 'processing', note: 'signed, Quagmire' };
  const headers = await staffKey(shop, uuid, ['orders:move', 'orders:process', 'orders:read']);
  const moved = await shop.ask('POST', `/orders/${others.body.uuid}/status`, {
    body: by,
    headers,
  });
  expect(moved.status).toBe(200);
  // The shop's responses show no name, so this one stores one that does.
  await database.query(
    `UPDATE dual_id.idempotency_keys SET answer = replace(answer, '{', '{"to":"Zebulon",')
     WHERE persons = ARRAY[$1]::uuid[]`,
    [uuid],
  );
  return uuid;
}

const places = [
  'dual_id.changes.new',
  'dual_id.idempotency_keys.answer',
  'dual_id.name_words.word',
  'dual_id.passports.name',
  'dual_id.passports.search_key',
  'dual_id.passports.search_words',
  'dual_id.relations.metadata',
  'order_status_history.note',
  'users.city',
  'users.country',
  'users.email',
  'users.email_key',
  'users.first_name',
  'users.last_name',
  'users.phone',
  'users.postal_code',
  'users.street',
];

describe('an erased user', () => {
  test('is gone, and no column of the database contains anything about the person', async () => {
    const uuid = await aKnownUser();
    expect(await found()).toEqual(places);
    expect((await shop.ask('DELETE', `/users/${uuid}`)).status).toBe(204);
    for (const path of [`/users/${uuid}`, `/resolve/${uuid}`]) {
      expect((await shop.ask('GET', path)).status).toBe(410);
    }
    expect(await found()).toEqual([]);
  });

  test('is in the statistics of the database until they are taken again', async () => {
    const uuid = await aKnownUser();
    const another = { ...zebulon, firstName: 'Ada', email: 'quagmire@example.org' };
    const two = (await shop.ask('POST', '/users', { body: another })).body.uuid;
    await database.query('ANALYZE');
    expect(await found({ statistics: true })).toContain('pg_statistic.stavalues1');
    for (const one of [uuid, two]) await shop.ask('DELETE', `/users/${one}`);
    expect(await found()).toEqual([]);
    await database.query('ANALYZE');
    expect(await found({ statistics: true })).toEqual([]);
  });

  test('makes a retry of an earlier request return no response, and run nothing', async () => {
    const uuid = await aKnownUser();
    const key = { 'idempotency-key': `zebulon-quagmire-${uuid}` };
    const orders = 'SELECT count(*)::int AS count FROM orders';
    await shop.ask('DELETE', `/users/${uuid}`);
    const before = await query(orders);
    const retry = await shop.ask('POST', `/users/${uuid}/orders`, {
      body: { items: items() },
      headers: key,
    });
    expect([retry.status, retry.body.code]).toEqual([410, 'gone']);
    expect(await query(orders)).toEqual(before);
  });

  test('is still named in their orders by public id', async () => {
    const user = await aUser(shop, 'orders-stay@example.org');
    const { body } = await shop.ask('POST', `/users/${user}/orders`, { body: { items: items() } });
    await shop.ask('DELETE', `/users/${user}`);
    expect((await shop.ask('GET', `/orders/${body.uuid}`)).body.userUuid).toBe(user);
  });

  test('orders nothing, opens no cart, and is erased once', async () => {
    const user = await aUser(shop, 'no-more@example.org');
    await shop.ask('DELETE', `/users/${user}`);
    expect(
      (await shop.ask('POST', `/users/${user}/orders`, { body: { items: items() } })).status,
    ).toBe(404);
    expect((await shop.ask('POST', `/users/${user}/cart`)).status).toBe(404);
    expect((await shop.ask('PATCH', `/users/${user}`, { body: { city: 'Rome' } })).status).toBe(
      410,
    );
    expect((await shop.ask('DELETE', `/users/${user}`)).status).toBe(204);
    const erasures = await database.query('SELECT 1 FROM dual_id.erasures WHERE uuid = $1', [user]);
    expect(erasures.rows).toHaveLength(1);
  });

  test('may have been deleted before', async () => {
    const uuid = await aKnownUser();
    await shop.app
      .get(Repositories)
      .of(User)
      .remove(uuid as never);
    expect(await found()).toContain('users.first_name');
    expect((await shop.ask('DELETE', `/users/${uuid}`)).status).toBe(204);
    expect(await found()).toEqual([]);
  });

  test('frees the email address', async () => {
    const user = await aUser(shop, 'again@example.org');
    await shop.ask('DELETE', `/users/${user}`);
    expect(await aUser(shop, 'again@example.org')).not.toBe(user);
  });

  test('is erased at the version the caller saw, or not at all', async () => {
    const user = await aUser(shop, 'version@example.org');
    const stale = await shop.ask('DELETE', `/users/${user}`, { headers: { 'if-match': '"7"' } });
    expect(stale.status).toBe(412);
    expect((await shop.ask('GET', `/users/${user}`)).status).toBe(200);
  });
});

test('every place that forgets is in the list of the documentation', async () => {
  const page = fileURLToPath(new URL('../../../docs/erasure.md', import.meta.url));
  const text = readFileSync(page, 'utf8');
  const triggers = await query(
    `SELECT tgname AS name FROM pg_trigger
     WHERE tgrelid = 'dual_id.erasures'::regclass AND NOT tgisinternal ORDER BY tgname`,
  );
  expect(triggers.length).toBeGreaterThanOrEqual(4);
  for (const { name } of triggers) expect(text).toContain(`\`${name}\``);
  const columns = places.filter((place) => !place.startsWith('users.'));
  for (const column of columns) expect(text).toContain(`\`${column}\``);
});
