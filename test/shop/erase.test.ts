import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import pg from 'pg';
import { User } from '../../src/shop/users/user.entity.js';
import { columnsWith } from '../support/find-person.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

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

/** A user of whom the shop knows as much as it can. */
const zebulon = {
  ...{ firstName: 'Zebulon', lastName: 'Quagmire', email: 'zeb.quagmire@example.org' },
  ...{ phone: '555-quagmire', street: '1 Zebulon Lane', city: 'Quagmire', postalCode: 'quagmire' },
  country: 'Quagmire',
};
const words = ['zebulon', 'quagmire'];
const found = (options = {}) => columnsWith(query, words, options);

/** Makes Zebulon, with an order and an edge, both of which tell of him. */
async function aKnownUser(): Promise<string> {
  const { uuid } = (await shop.call('POST', '/users', zebulon)).body;
  const friend = await aUser(shop, `friend-of-${uuid}@example.org`);
  const key = { 'idempotency-key': 'zebulon-quagmire', authorization: `Bearer ${uuid}` };
  const placed = await shop.call('POST', `/users/${uuid}/orders`, { items: items() }, key);
  expect(placed.status).toBe(201);
  const move = { status: 'processing', note: 'Zebulon called' };
  expect((await shop.call('POST', `/orders/${placed.body.uuid}/status`, move)).status).toBe(200);
  const edge = `/registry/${friend}/relations/linked/${uuid}`;
  const told = { metadata: { note: 'went to school with Zebulon' } };
  expect((await shop.call('PUT', edge, told)).status).toBe(200);
  const others = await shop.call('POST', `/users/${friend}/orders`, { items: items() });
  const by = { status: 'processing', note: 'signed, Quagmire', changedByUuid: uuid };
  const moved = await shop.call('POST', `/orders/${others.body.uuid}/status`, by);
  expect(moved.status).toBe(200);
  // The shop's answers show no name, so that one is kept here which does.
  await database.query(
    `UPDATE dual_id.idempotency_keys SET answer = replace(answer, '{', '{"to":"Zebulon",')
     WHERE persons = ARRAY[$1]::uuid[]`,
    [uuid],
  );
  return uuid;
}

const places = [
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
  test('is gone, and nothing of the person is left in any column of the database', async () => {
    const uuid = await aKnownUser();
    expect(await found()).toEqual(places);
    expect((await shop.call('DELETE', `/users/${uuid}`)).status).toBe(204);
    for (const path of [`/users/${uuid}`, `/resolve/${uuid}`]) {
      expect((await shop.call('GET', path)).status).toBe(410);
    }
    expect(await found()).toEqual([]);
  });

  test('is in the statistics of the database until it takes them again', async () => {
    const uuid = await aKnownUser();
    const another = { ...zebulon, firstName: 'Ada', email: 'quagmire@example.org' };
    const two = (await shop.call('POST', '/users', another)).body.uuid;
    await database.query('ANALYZE');
    expect(await found({ statistics: true })).toContain('pg_statistic.stavalues1');
    for (const one of [uuid, two]) await shop.call('DELETE', `/users/${one}`);
    expect(await found()).toEqual([]);
    await database.query('ANALYZE');
    expect(await found({ statistics: true })).toEqual([]);
  });

  test('leaves a retry of an earlier request without its answer, and runs nothing', async () => {
    const uuid = await aKnownUser();
    const key = { 'idempotency-key': 'zebulon-quagmire', authorization: `Bearer ${uuid}` };
    const orders = 'SELECT count(*)::int AS count FROM orders';
    await shop.call('DELETE', `/users/${uuid}`);
    const before = await query(orders);
    const retry = await shop.call('POST', `/users/${uuid}/orders`, { items: items() }, key);
    expect([retry.status, retry.body.code]).toEqual([410, 'gone']);
    expect(await query(orders)).toEqual(before);
  });

  test('still stands behind its orders by public id', async () => {
    const user = await aUser(shop, 'orders-stay@example.org');
    const { body } = await shop.call('POST', `/users/${user}/orders`, { items: items() });
    await shop.call('DELETE', `/users/${user}`);
    expect((await shop.call('GET', `/orders/${body.uuid}`)).body.userUuid).toBe(user);
  });

  test('orders nothing, opens no cart, and is erased once', async () => {
    const user = await aUser(shop, 'no-more@example.org');
    await shop.call('DELETE', `/users/${user}`);
    expect((await shop.call('POST', `/users/${user}/orders`, { items: items() })).status).toBe(404);
    expect((await shop.call('POST', `/users/${user}/cart`)).status).toBe(404);
    expect((await shop.call('PATCH', `/users/${user}`, { city: 'Rome' })).status).toBe(410);
    expect((await shop.call('DELETE', `/users/${user}`)).status).toBe(204);
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
    expect((await shop.call('DELETE', `/users/${uuid}`)).status).toBe(204);
    expect(await found()).toEqual([]);
  });

  test('frees the email address', async () => {
    const user = await aUser(shop, 'again@example.org');
    await shop.call('DELETE', `/users/${user}`);
    expect(await aUser(shop, 'again@example.org')).not.toBe(user);
  });

  test('is erased at the version the caller saw, or not at all', async () => {
    const user = await aUser(shop, 'version@example.org');
    const stale = await shop.call('DELETE', `/users/${user}`, undefined, { 'if-match': '"7"' });
    expect(stale.status).toBe(412);
    expect((await shop.call('GET', `/users/${user}`)).status).toBe(200);
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
