import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { AccessControl, newPublicId, OwnOr, restrictedTo, ReturnsNothing } from 'nest-dual-id';
import { ApiKey, ApiKeys, ApiKeysModule } from 'nest-dual-id/api-keys';
import { withAccess } from '../../../src/core/access/access-context.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Vault } from './vault.js';
import { openVault, Person, vaultOptions } from './vault.js';

const held = new Map<string, ReadonlySet<string>>();

/** Knows what people may do. */
@Module({})
class RightsModule {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.usePermissions({ permissionsOf: (uuid) => held.get(uuid) ?? new Set() });
  }
}

@Controller('orders')
class OrdersController {
  @Get()
  @OwnOr('orders:read')
  @ReturnsNothing()
  list(): void {}
}

let vault: Vault;
let api: Api;
let keys: ApiKeys;
const people: Record<'staff' | 'ann' | 'ben', string> = { staff: '', ann: '', ben: '' };
const tokens: Record<string, string> = {};

beforeAll(async () => {
  vault = await openVault();
  api = await startApi({
    url: vault.url,
    entities: [Person, ApiKey],
    controllers: [OrdersController],
    imports: [
      RightsModule,
      ApiKeysModule.forRoot({
        ...vaultOptions,
        guardsRoutes: true,
        api: { permission: 'keys:manage' },
      }),
    ],
  });
  keys = api.app.get(ApiKeys);
  for (const name of Object.keys(people) as (keyof typeof people)[]) {
    people[name] = await vault.person(name);
    tokens[name] = await tokenOf(people[name]);
  }
  held.set(people.staff, new Set(['keys:manage', 'orders:read']));
});
afterAll(async () => {
  await api.close();
  await vault.stop();
});

const scopes = ['keys:manage', 'orders:read', 'orders:write'];
const tokenOf = async (principalUuid: string | null, of: readonly string[] = scopes) =>
  (await keys.create({ name: 'first', scopes: of, principalUuid })).token;
const ask = (method: string, path: string, token?: string, body?: unknown) =>
  api.ask(method, path, {
    ...(body === undefined ? {} : { body }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

describe('a key', () => {
  test('says who makes a request', async () => {
    expect((await ask('GET', '/orders', tokens['ann'])).status).toBe(204);
    expect((await ask('GET', '/orders')).status).toBe(401);
  });

  test.each([
    ['is not valid', async () => (await tokenOf(null)).replace(/_[^_]+$/, '_aaaaaa'), 'known here'],
    [
      'was revoked',
      async () => {
        const { key, token } = await keys.create({ name: 'x', scopes });
        await keys.revoke(key.uuid);
        return token;
      },
      'was revoked',
    ],
    [
      'has expired',
      async () => {
        const { key, token } = await keys.create({ name: 'x', scopes });
        await vault.sql(
          `UPDATE dual_id.api_keys SET created_at = now() - interval '2 days',
             expires_at = now() - interval '1 day' WHERE uuid = $1`,
          [key.uuid],
        );
        return token;
      },
      'has expired',
    ],
  ])('that %s is 401 and says so', async (_what, make, detail) => {
    const { status, body, headers } = await ask('GET', '/orders', await make());
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(body.detail).toContain(detail);
  });

  test('without the scope of a route is 403', async () => {
    const token = await tokenOf(people.ann, ['orders:write']);
    expect((await ask('GET', '/orders', token)).status).toBe(403);
  });
});

describe('the routes of keys', () => {
  const create = (token: string | undefined, key: object) =>
    ask('POST', '/keys', token, { name: 'till', scopes: ['orders:read'], ...key });

  test('create a key of the caller, whose token works and is shown once', async () => {
    const { status, body, headers } = await create(tokens['ann'], {});
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(body.principalUuid).toBe(people.ann);
    expect((await ask('GET', '/orders', body.token)).status).toBe(204);
    const { body: again } = await ask('GET', `/keys/${body.uuid}`, tokens['ann']);
    expect(again).not.toHaveProperty('token');
    expect(again).toMatchObject({ uuid: body.uuid, name: 'till', scopes: ['orders:read'] });
  });

  test('refuse a key for somebody else like one for nobody who exists', async () => {
    const foreign = await create(tokens['ann'], { principalUuid: people.ben });
    const unknown = await create(tokens['ann'], { principalUuid: newPublicId(4) });
    expect(foreign.status).toBe(422);
    expect(foreign.body).toEqual(unknown.body);
    expect(foreign.body.errors).toEqual([{ pointer: '/principalUuid', detail: 'does not exist' }]);
  });

  test('let whoever manages keys create them for others and for nobody', async () => {
    const bound = await create(tokens['staff'], { principalUuid: people.ben });
    expect([bound.status, bound.body.principalUuid]).toEqual([201, people.ben]);
    const free = await create(tokens['staff'], {});
    expect([free.status, free.body.principalUuid]).toEqual([201, null]);
  });

  test('refuse scopes that the caller lacks', async () => {
    const { status, body } = await create(tokens['staff'], { scopes: ['orders:delete'] });
    expect(status).toBe(403);
    expect(body.detail).toContain(
      'cannot be given the scope "orders:delete": the credentials of the request do not have it among theirs.',
    );
    const notHeld = await create(tokens['staff'], { scopes: ['orders:write'] });
    expect(notHeld.body.detail).toContain('the caller does not hold the permission of that name.');
    const narrow = await tokenOf(people.ann, ['keys:manage']);
    expect((await create(narrow, { scopes: ['orders:read'] })).status).toBe(403);
    expect((await create(narrow, { scopes: ['keys:manage'] })).status).toBe(201);
  });

  test.each([
    ['an empty name', { name: '' }],
    ['scopes that are no list', { scopes: 'orders:read' }],
    ['an expiry without a time zone', { expiresAt: '2030-01-01T00:00:00' }],
    ['an expiry that is no day', { expiresAt: '2030-02-31T00:00:00Z' }],
    ['a number as principal', { principalUuid: 7 }],
    ['another property', { hash: 'x' }],
  ])('refuse %s', async (_what, key) => {
    expect((await create(tokens['ann'], key)).status).toBe(400);
  });

  test('refuse an expiry in the past', async () => {
    const { status, text } = await create(tokens['ann'], { expiresAt: '2001-01-01T00:00:00Z' });
    expect(status).toBe(422);
    expect(text).not.toContain('_ck');
  });

  test('list the keys of the caller, or all of them, page by page', async () => {
    const ofBen = await create(tokens['ben'], { name: 'of Ben' });
    const own = await ask('GET', '/keys?limit=100', tokens['ann']);
    expect(own.body.items.every((key: any) => key.principalUuid === people.ann)).toBe(true);
    const found: string[] = [];
    let after: string | null = null;
    do {
      const path: string = `/keys?limit=2${after === null ? '' : `&after=${after}`}`;
      const { body } = await ask('GET', path, tokens['staff']);
      found.push(...body.items.map((key: any) => key.uuid));
      after = body.nextCursor;
    } while (after !== null);
    expect(found).toContain(ofBen.body.uuid);
    expect(new Set(found).size).toBe(found.length);
    const { body } = await ask('GET', '/keys?limit=1', tokens['staff']);
    for (const cursor of ['7', ofBen.body.uuid, body.nextCursor]) {
      const refused = await ask('GET', `/keys?after=${cursor}`, tokens['ann']);
      expect(refused.body.code).toBe('invalid_cursor');
    }
  });

  test('revoke at once, and only what is the caller’s own', async () => {
    const { body } = await create(tokens['ann'], {});
    const foreign = await ask('DELETE', `/keys/${body.uuid}`, tokens['ben']);
    const unknown = await ask('DELETE', `/keys/${newPublicId(4)}`, tokens['ben']);
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect((await ask('GET', '/orders', body.token)).status).toBe(204);
    expect((await ask('DELETE', `/keys/${body.uuid}`, tokens['ann'])).status).toBe(204);
    expect((await ask('GET', '/orders', body.token)).status).toBe(401);
  });

  test('rotate with a grace, once, and only what is the caller’s own', async () => {
    const { body } = await create(tokens['ann'], {});
    const path = `/keys/${body.uuid}/rotate`;
    expect((await ask('POST', path, tokens['ben'], {})).status).toBe(404);
    const next = await ask('POST', path, tokens['ann'], { graceSeconds: 60 });
    expect(next.status).toBe(201);
    expect((await ask('GET', '/orders', next.body.token)).status).toBe(204);
    expect((await ask('GET', '/orders', body.token)).status).toBe(204);
    expect((await ask('POST', path, tokens['ann'], {})).body.code).toBe('key_rotated');
  });

  test('do not hand out, by rotation, scopes that the caller lacks', async () => {
    const { key } = await keys.create({ name: 'mighty', scopes: ['everything:do'] });
    const { status } = await ask('POST', `/keys/${key.uuid}/rotate`, tokens['staff'], {});
    expect(status).toBe(403);
    expect((await keys.get(key.uuid)).rotatedAt).toBeNull();
  });
});

test('where scopes are taken for permissions, nobody gives a key of their own more than they have', async () => {
  const permissions = new Set(['orders:read']);
  const principal = { uuid: people.ann, scopes: undefined, permissions };
  const create = (of: object) =>
    withAccess({ principal: { ...principal, ...of }, owner: undefined }, () =>
      keys.create({ name: 'x', scopes: ['keys:manage'], principalUuid: people.ann }),
    );
  await expect(create({ areScopesTrusted: true })).rejects.toMatchObject({ code: 'forbidden' });
  expect((await create({})).key.scopes).toEqual(['keys:manage']);
});

test('work that is restricted to an owner knows only the keys of that owner', async () => {
  const { key } = await keys.create({ name: 'of Ben', scopes, principalUuid: people.ben });
  const asAnn = <T>(work: () => Promise<T>) => restrictedTo(people.ann, work);
  await expect(asAnn(() => keys.get(key.uuid))).rejects.toMatchObject({ code: 'not_found' });
  await expect(asAnn(() => keys.revoke(key.uuid))).rejects.toMatchObject({ code: 'not_found' });
  const rotation = asAnn(() => keys.rotate(key.uuid, { grace: 0 }));
  await expect(rotation).rejects.toMatchObject({ code: 'not_found' });
  expect(await asAnn(() => keys.list({ principalUuid: people.ben }))).toEqual([]);
  expect((await keys.get(key.uuid)).revokedAt).toBeNull();
});
