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
  test('are created with an address and a version', async () => {
    const { status, headers, body } = await shop.ask('POST', '/users', { body: ada });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/users/${body.uuid}`);
    expect(headers['etag']).toMatch(/^"1-/);
    expect(body).toMatchObject({ ...ada, phone: null });
    expect(Object.keys(body)).not.toContain('id');
  });

  test('cannot share an email in a different case', async () => {
    const { status, body } = await shop.ask('POST', '/users', {
      body: {
        ...ada,
        email: 'ADA@Example.org',
      },
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'conflict', errors: [{ pointer: '/email' }] });
  });

  test.each([
    ['composed and decomposed', 'zo\u00eb@example.org', 'zoe\u0308@example.org'],
    ['sharp s and ss', 'gru\u00df@example.org', 'GRUSS@example.org'],
    ['capital sharp s', 'ma\u00df@example.org', 'MA\u1e9e@example.org'],
    ['case of another script', '\u0436\u0443\u043a@example.org', '\u0416\u0423\u041a@example.org'],
    ['final sigma', '\u03bf\u03b4\u03cc\u03c2@example.org', '\u039f\u0394\u038c\u03a3@example.org'],
    ['full width', 'wide@example.org', '\uff57\uff49\uff44\uff45@example.org'],
    ['a ligature', 'fi@example.org', '\ufb01@example.org'],
    ['a character nobody sees', 'thin@example.org', 'th\u200bin@example.org'],
    ['a domain in ASCII', 'idn@m\u00fcnchen.example', 'idn@xn--mnchen-3ya.example'],
    ['a domain in capitals', 'cap@m\u00fcnchen.example', 'CAP@M\u00dcNCHEN.EXAMPLE'],
    ['a decomposed domain', 'dec@m\u00fcnchen.example', 'dec@mu\u0308nchen.example'],
    ['sharp s in a domain', 'dom@stra\u00dfe.example', 'dom@strasse.example'],
    ['sharp s in a domain in ASCII', 'asc@strasse.example', 'asc@xn--strae-oqa.example'],
    ['a domain of another script', 'cn@\u4f8b\u5b50.example', 'cn@xn--fsqu00a.example'],
    [
      'a domain with letters of both kinds',
      'hy@b\u00fccher-caf\u00e9.example',
      'hy@xn--bcher-caf-j4a4r.example',
    ],
  ])('cannot share an email in a different format: %s', async (_what, email, otherwise) => {
    const first = await shop.ask('POST', '/users', { body: { ...ada, email } });
    expect({ status: first.status, email: first.body.email }).toEqual({ status: 201, email });
    const second = await shop.ask('POST', '/users', { body: { ...ada, email: otherwise } });
    expect([second.status, second.body.errors?.[0]?.pointer]).toEqual([409, '/email']);
    const other = await aUser(shop, `other-${email}`);
    const change = await shop.ask('PATCH', `/users/${other}`, { body: { email: otherwise } });
    expect([change.status, change.body.errors?.[0]?.pointer]).toEqual([409, '/email']);
  });

  test.each([
    ['a letter with and without a mark', 'anna@example.org', '\u00e5nna@example.org'],
    ['dots', 'an.na@example.org', 'ann.a@example.org'],
    ['a tag', 'bo@example.org', 'bo+tag@example.org'],
    ['domains that are no IDN', 'eve@xn--a.example', 'eve@xn--b.example'],
  ])('may have emails that differ in more than their format: %s', async (_what, one, another) => {
    for (const email of [one, another]) {
      expect((await shop.ask('POST', '/users', { body: { ...ada, email } })).status).toBe(201);
    }
  });

  test('are found by the stored key of the email, which no client sees or writes', async () => {
    const uuid = await aUser(shop, 'Keyed@Example.org');
    const find = () =>
      runSql(shop.databaseUrl, `SELECT email_key FROM users WHERE uuid = '${uuid}'`);
    expect(await find()).toEqual([{ email_key: 'keyed@example.org' }]);
    await runSql(shop.databaseUrl, `UPDATE users SET email_key = 'free' WHERE uuid = '${uuid}'`);
    expect(await find()).toEqual([{ email_key: 'keyed@example.org' }]);
    expect(Object.keys((await shop.ask('GET', `/users/${uuid}`)).body)).not.toContain('emailKey');
    const sent = { ...ada, email: 'sent@example.org', emailKey: 'free' };
    expect((await shop.ask('POST', '/users', { body: sent })).status).toBe(400);
    expect((await shop.ask('DELETE', `/users/${uuid}`)).status).toBe(204);
    expect(await find()).toEqual([{ email_key: `erased-${uuid}@example.invalid` }]);
  });

  test.each(['   ', '\u00a0', '\u200b', '\u2060\ufeff', '\u3164', '\u2800', '\u0301', '\u202e'])(
    'without a visible character in the name are refused: %j',
    async (blank) => {
      for (const name of ['firstName', 'lastName']) {
        const input = { ...ada, email: 'blank@example.org', [name]: blank };
        const { status, body } = await shop.ask('POST', '/users', { body: input });
        expect([status, body.errors?.[0]?.pointer]).toEqual([400, `/${name}`]);
      }
    },
  );

  test.each(['-', 'O', '\u674e', '\u0639\u0644\u064a', 'Zoe\u0308', '\u0928\u0940\u0932\u200d'])(
    'with a visible character in the name are accepted: %j',
    async (name) => {
      const email = `name-${name.codePointAt(0)}@example.org`;
      const input = { firstName: name, lastName: name, email };
      expect((await shop.ask('POST', '/users', { body: input })).status).toBe(201);
    },
  );

  test('free their email when deleted, by whatever path', async () => {
    const input = { ...ada, email: 'back@example.org' };
    const first = await shop.ask('POST', '/users', { body: input });
    await runSql(
      shop.databaseUrl,
      `UPDATE users SET deleted_at = now() WHERE email = '${input.email}'`,
    );
    const second = await shop.ask('POST', '/users', { body: input });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await shop.ask('POST', '/users', { body: input })).status).toBe(409);
    expect((await shop.ask('DELETE', `/users/${second.body.uuid}`)).status).toBe(204);
    expect((await shop.ask('POST', '/users', { body: input })).status).toBe(201);
  });

  test('signing up 100 times at once with one email become one user', async () => {
    const input = { ...ada, email: 'race@example.org' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => shop.ask('POST', '/users', { body: input })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
  });

  test('get internal ids from 400000', async () => {
    const { Client } = (await import('pg')).default;
    const client = new Client({ connectionString: shop.databaseUrl });
    await client.connect();
    const { rows } = await client.query('SELECT min(id) AS first FROM users');
    await client.end();
    expect(rows[0].first).toBe('400000');
  });

  test('are changed only at the current version, if one is given', async () => {
    const uuid = await aUser(shop, 'version@example.org');
    const change = (city: string, version: string) =>
      shop.ask('PATCH', `/users/${uuid}`, { body: { city }, headers: { 'if-match': version } });
    expect((await change('Turin', '"1"')).headers['etag']).toMatch(/^"2-/);
    const stale = await change('Rome', '"1"');
    expect(stale.status).toBe(412);
    expect(stale.headers['etag']).toBeUndefined();
    expect(stale.body).toMatchObject({ code: 'version_mismatch', currentVersion: 2 });
    expect((await change('Rome', '2')).body).toMatchObject({ code: 'invalid_header' });
  });

  test('changed 20 times at once at one version have one winner', async () => {
    const uuid = await aUser(shop, 'parallel@example.org');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.ask('PATCH', `/users/${uuid}`, {
          body: { city: `City ${index}` },
          headers: { 'if-match': '"1"' },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  });

  test('respond to an unknown user with 404, and to a page of its orders too', async () => {
    const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
    expect((await shop.ask('GET', `/users/${nobody}`)).status).toBe(404);
    expect((await shop.ask('GET', `/users/${nobody}/orders`)).status).toBe(404);
    expect((await shop.ask('PATCH', `/users/${nobody}`, { body: { city: 'Rome' } })).status).toBe(
      404,
    );
  });

  test('a numeric id is refused everywhere, a number that is none passes', async () => {
    expect((await shop.ask('GET', '/users/1')).status).toBe(400);
    expect((await shop.ask('GET', '/users?userId=1')).body.code).toBe('internal_id_refused');
    expect((await shop.ask('POST', '/users', { body: { ...ada, id: 1 } })).body.code).toBe(
      'internal_id_refused',
    );
    const input = { ...ada, email: 'postal@example.org', postalCode: '12345' };
    expect((await shop.ask('POST', '/users', { body: input })).status).toBe(201);
  });
});
