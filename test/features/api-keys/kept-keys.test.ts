import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { AccessControl, CurrentPrincipal, OwnOr, ReturnsNothing } from 'nest-dual-id';
import type { Principal } from 'nest-dual-id';
import { ApiKey, ApiKeys, ApiKeysModule } from 'nest-dual-id/api-keys';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Vault } from './vault.js';
import { openVault, Person, vaultOptions } from './vault.js';

const held = new Map<string, ReadonlySet<string> | undefined>();
let principals: Principal[] = [];

/** Knows at once what people may do. */
@Module({})
class RightsModule {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.usePermissions({ permissionsOf: (uuid) => held.get(uuid) });
  }
}

@Controller('orders')
class OrdersController {
  @Get()
  @OwnOr('orders:read')
  @ReturnsNothing()
  list(@CurrentPrincipal() principal: Principal): void {
    principals.push(principal);
  }
}

let vault: Vault;
let api: Api;
let keys: ApiKeys;
let ann: string;
beforeAll(async () => {
  vault = await openVault();
  api = await startApi({
    url: vault.url,
    entities: [Person, ApiKey],
    controllers: [OrdersController],
    imports: [RightsModule, ApiKeysModule.forRoot({ ...vaultOptions, guardsRoutes: true })],
  });
  keys = api.app.get(ApiKeys);
  ann = await vault.person('Ann');
  held.set(ann, new Set());
});
afterAll(async () => {
  await api.close();
  await vault.stop();
});

const create = (more = {}) =>
  keys.create({ name: 'first', scopes: ['orders:read'], principalUuid: ann, ...more });
const statusOf = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` };
  return (await api.ask('GET', '/orders', { headers })).status;
};

test('a key in memory has the same principal at each request, whom no handler can change', async () => {
  const { token } = await create();
  principals = [];
  expect([await statusOf(token), await statusOf(token), await statusOf(token)]).toEqual([
    204, 204, 204,
  ]);
  const [, second, third] = principals;
  expect(third).toBe(second);
  const open = third as unknown as { uuid: string; scopes: Set<string> };
  expect(() => (open.uuid = 'another')).toThrow(TypeError);
  expect(() => open.scopes.add('everything')).toThrow(TypeError);
  expect(() => open.scopes.clear()).toThrow(TypeError);
});

test('a key in memory has the rights that its person has at each request', async () => {
  const { token } = await create();
  const heldAt = async (names: ReadonlySet<string> | undefined) => {
    held.set(ann, names);
    principals = [];
    const status = await statusOf(token);
    return [status, principals[0]?.permissions];
  };
  const [none, all, other] = [new Set([]), new Set(['orders:read']), new Set(['other'])];
  for (const names of [none, all, none, other, all, all]) {
    expect(await heldAt(names)).toEqual([204, names]);
  }
  expect(await heldAt(undefined)).toEqual([401, undefined]);
  expect(await heldAt(none)).toEqual([204, none]);
});

test('a key in memory is refused from the next request on once it is revoked', async () => {
  const { key, token } = await create();
  expect([await statusOf(token), await statusOf(token)]).toEqual([204, 204]);
  await keys.revoke(key.uuid);
  expect([await statusOf(token), await statusOf(token)]).toEqual([401, 401]);
});

test('a key in memory is refused from the next request on once another took its place', async () => {
  const { key, token } = await create();
  expect([await statusOf(token), await statusOf(token)]).toEqual([204, 204]);
  const next = await keys.rotate(key.uuid, { grace: 0 });
  expect([await statusOf(token), await statusOf(next.token)]).toEqual([401, 204]);
});

test('a key in memory is refused once its time is over', async () => {
  const expiresAt = new Date(Date.now() + 800);
  const { token } = await create({ expiresAt });
  expect([await statusOf(token), await statusOf(token)]).toEqual([204, 204]);
  await new Promise((resolve) => setTimeout(resolve, 850));
  expect(await statusOf(token)).toBe(401);
});

test('a text that is nearly a key in memory is refused without a look into the database', async () => {
  const { token } = await create();
  expect([await statusOf(token), await statusOf(token)]).toEqual([204, 204]);
  const { lookups } = keys.counts();
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === 'a' ? 'b' : 'a';
    expect(await statusOf(token.slice(0, at) + other + token.slice(at + 1))).toBe(401);
  }
  for (const text of [`${token}a`, token.slice(1), token.toLowerCase(), token.toUpperCase()]) {
    expect(await statusOf(text)).toBe(401);
  }
  expect(keys.counts()).toMatchObject({ lookups });
});
