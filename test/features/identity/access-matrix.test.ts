import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentPrincipal, DualIdModule, openApiOf } from 'nest-dual-id';
import { ApiKeyAuthenticator, ApiKeys, ApiKeysModule } from 'nest-dual-id/api-keys';
import { Identity, IdentityModule } from 'nest-dual-id/identity';
import { DataSource } from 'typeorm';
import { accessMatrix, surprises } from '../../support/access-matrix.js';
import type { MatrixTokens } from '../../support/access-matrix.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor } from '../../support/roles.js';
import { Letter, LettersController, migrateLetters, Person } from './letters.js';

const permissions = ['letters:read', 'letters:write', 'letters:count', 'keys:manage'];

let database: TestDatabase;
let superuser: DataSource;
let api: Api;
let keys: ApiKeys;
let tokens: MatrixTokens;
const people = { ada: '', bob: '', cleo: '' };
beforeAll(async () => {
  database = await emptyDatabase();
  const url = await migratedFor(database.url, migrateLetters);
  superuser = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  api = await startApi({
    url,
    entities: [Person, Letter],
    controllers: [LettersController],
    imports: [
      DualIdModule.forFeature([Letter]),
      ApiKeysModule.forRoot({
        prefix: 'post',
        environment: 'test',
        peppers: { 1: 'a7'.repeat(32) },
        api: { permission: 'keys:manage' },
      }),
      IdentityModule.forRoot({ principal: Person, authenticators: [ApiKeyAuthenticator] }),
    ],
  });
  keys = api.app.get(ApiKeys);
  for (const name of Object.keys(people) as (keyof typeof people)[]) {
    const insert = 'INSERT INTO people (name) VALUES ($1) RETURNING uuid';
    const [row] = await queryOutside<{ uuid: string }>(superuser, insert, [name]);
    people[name] = row!.uuid;
  }
  await giveEverything(people.cleo);
  tokens = await makeTokens();
});
afterAll(async () => {
  await api.close();
  await superuser.destroy();
  await database.drop();
});

async function giveEverything(principalUuid: string): Promise<void> {
  const identity = api.app.get(Identity);
  const role = await identity.createRole({ name: 'staff', owner: true });
  for (const name of permissions) {
    const permission = await identity.createPermission({ name });
    await identity.grant({ roleUuid: role.uuid, permissionUuid: permission.uuid });
  }
  await identity.assign({ principalUuid, roleUuid: role.uuid });
}

const keyOf = (principalUuid: string, scopes = permissions) =>
  keys.create({ name: 'test', scopes, principalUuid });

async function makeTokens(): Promise<MatrixTokens> {
  const [revoked, expired] = [await keyOf(people.cleo), await keyOf(people.cleo)];
  await keys.revoke(revoked.key.uuid);
  await queryOutside(
    superuser,
    `UPDATE dual_id.api_keys SET created_at = now() - interval '2 days',
       expires_at = now() - interval '1 day' WHERE uuid = $1`,
    [expired.key.uuid],
  );
  const { token: owner } = await keyOf(people.ada);
  return {
    none: undefined,
    garbage: owner.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
    revoked: revoked.token,
    expired: expired.token,
    narrow: (await keyOf(people.cleo, ['tea:make'])).token,
    stranger: (await keyOf(people.bob)).token,
    owner,
    staff: (await keyOf(people.cleo)).token,
  };
}

/** Rows of Ada, a new one each time, because a request may delete it. */
async function paramOf(name: string): Promise<string> {
  if (name === 'keyUuid') return (await keyOf(people.ada, [])).key.uuid;
  const [row] = await queryOutside<{ uuid: string }>(
    superuser,
    `INSERT INTO letters (text, person_id) SELECT 'x', id FROM people WHERE uuid = $1 RETURNING uuid`,
    [people.ada],
  );
  return row!.uuid;
}

const ask = (method: string, path: string, token: string, body?: object) =>
  api.ask(method, path, {
    ...(body && { body }),
    headers: { authorization: `Bearer ${token}` },
  });

describe('an application with people, keys and owners', () => {
  test('lets every caller do on every route what its description says, and no more', async () => {
    const document = await openApiOf(api.app, { title: 'Letters', version: '1' });
    const calls = await accessMatrix({
      ask: api.ask,
      document,
      tokens,
      params: paramOf,
      bodies: {
        'POST /letters': { text: 'x', personUuid: people.ada },
        'PATCH /letters/{letterUuid}': { text: 'y' },
        'POST /keys': { name: 'x', scopes: [] },
        'POST /keys/{keyUuid}/rotate': {},
      },
    });
    // A stranger who writes in the name of the owner names a row that does not exist for them.
    const expected = ['POST /letters as stranger: 422, not 2xx'];
    expect(surprises(calls)).toEqual(expected);
    expect(calls.length).toBe(13 * 8);
  });

  test('shows each caller their own rows, and staff all of them', async () => {
    const letter = await paramOf('letterUuid');
    const listed = async (token: string, query = '') =>
      (await ask('GET', `/letters?limit=100${query}`, token)).body.items.map(
        (one: any) => one.uuid,
      );
    expect(await listed(tokens.owner)).toContain(letter);
    expect(await listed(tokens.staff)).toContain(letter);
    expect(await listed(tokens.stranger)).toEqual([]);
    expect(await listed(tokens.stranger, `&personUuid=${people.ada}`)).toEqual([]);
  });

  test('refuses a foreign row exactly like a missing one', async () => {
    const [foreign, missing] = [await paramOf('letterUuid'), crypto.randomUUID()];
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { text: 'z' } : undefined;
      const refused = await ask(method, `/letters/${foreign}`, tokens.stranger, body);
      const absent = await ask(method, `/letters/${missing}`, tokens.stranger, body);
      expect([refused.status, refused.body]).toEqual([404, absent.body]);
    }
    const to = (personUuid: string) =>
      ask('POST', '/letters', tokens.stranger, { text: 'x', personUuid });
    expect((await to(people.ada)).body).toEqual((await to(missing)).body);
  });

  test('keeps the rows of callers apart whose reads share a statement', async () => {
    const letters = await Promise.all(Array.from({ length: 8 }, () => paramOf('letterUuid')));
    const asked = letters.flatMap((uuid) => [
      ask('GET', `/letters/${uuid}`, tokens.owner),
      ask('GET', `/letters/${uuid}`, tokens.stranger),
    ]);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses).toEqual(letters.flatMap(() => [200, 404]));
  });

  test('lets in nobody who was deleted', async () => {
    const insert = `INSERT INTO people (name) VALUES ('dora') RETURNING uuid`;
    const [row] = await queryOutside<{ uuid: string }>(superuser, insert);
    const { token } = await keyOf(row!.uuid);
    expect((await ask('GET', '/letters/whoami', token)).status).toBe(204);
    await queryOutside(superuser, 'UPDATE people SET deleted_at = now() WHERE uuid = $1', [
      row!.uuid,
    ]);
    const until = performance.now() + 20_000;
    let status = 0;
    while (status !== 401 && performance.now() < until) {
      ({ status } = await ask('GET', '/letters/whoami', token));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(status).toBe(401);
    expect(currentPrincipal()).toBeUndefined();
  });
});
