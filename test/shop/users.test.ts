import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runSql } from '../support/empty-database.js';
import type { TestShop } from '../support/shop.js';
import { aUser, testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop();
});
afterAll(() => shop.stop());

const ada = { firstName: 'Ada', lastName: 'Byron', email: 'ada@example.org' };

describe('users', () => {
  test('a new user is answered with its address and version', async () => {
    const { status, headers, body } = await shop.call('POST', '/users', ada);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/users/${body.uuid}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({ ...ada, phone: null });
    expect(Object.keys(body)).not.toContain('id');
  });

  test('an email is taken whatever its case', async () => {
    const { status, body } = await shop.call('POST', '/users', {
      ...ada,
      email: 'ADA@Example.org',
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'conflict', errors: [{ pointer: '/email' }] });
  });

  test('an email is free again once its user was deleted, by whatever path', async () => {
    const input = { ...ada, email: 'back@example.org' };
    const first = await shop.call('POST', '/users', input);
    await runSql(
      shop.databaseUrl,
      `UPDATE users SET deleted_at = now() WHERE email = '${input.email}'`,
    );
    const second = await shop.call('POST', '/users', input);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await shop.call('POST', '/users', input)).status).toBe(409);
    expect((await shop.call('DELETE', `/users/${second.body.uuid}`)).status).toBe(204);
    expect((await shop.call('POST', '/users', input)).status).toBe(201);
  });

  test('100 parallel sign-ups with one email leave one user', async () => {
    const input = { ...ada, email: 'race@example.org' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => shop.call('POST', '/users', input)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
  });

  test('new users get internal ids from 400000', async () => {
    const { Client } = (await import('pg')).default;
    const client = new Client({ connectionString: shop.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT min(id) AS first FROM users');
    await client.end();
    expect(rows[0].first).toBe('400000');
  });

  test('a change needs the current version when it names one', async () => {
    const uuid = await aUser(shop, 'version@example.org');
    const change = (city: string, version: string) =>
      shop.call('PATCH', `/users/${uuid}`, { city }, { 'if-match': version });
    expect((await change('Turin', '"1"')).headers.get('etag')).toBe('"2"');
    const stale = await change('Rome', '"1"');
    expect(stale.status).toBe(412);
    expect(stale.headers.get('etag')).toBe('"2"');
    expect(stale.body).toMatchObject({ code: 'version_mismatch', currentVersion: 2 });
    expect((await change('Rome', '2')).body).toMatchObject({ code: 'invalid_header' });
  });

  test('of 20 parallel changes of one version one wins', async () => {
    const uuid = await aUser(shop, 'parallel@example.org');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.call('PATCH', `/users/${uuid}`, { city: `City ${index}` }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  });

  test('an unknown user is 404, and so is a page of its orders', async () => {
    const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
    expect((await shop.call('GET', `/users/${nobody}`)).status).toBe(404);
    expect((await shop.call('GET', `/users/${nobody}/orders`)).status).toBe(404);
    expect((await shop.call('PATCH', `/users/${nobody}`, { city: 'Rome' })).status).toBe(404);
  });

  test('a numeric id is refused everywhere, a number that is none passes', async () => {
    expect((await shop.call('GET', '/users/1')).status).toBe(400);
    expect((await shop.call('GET', '/users?userId=1')).body.code).toBe('internal_id_refused');
    expect((await shop.call('POST', '/users', { ...ada, id: 1 })).body.code).toBe(
      'internal_id_refused',
    );
    const input = { ...ada, email: 'postal@example.org', postalCode: '12345' };
    expect((await shop.call('POST', '/users', input)).status).toBe(201);
  });
});
