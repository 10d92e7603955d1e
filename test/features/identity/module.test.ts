import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import {
  currentActor,
  currentPrincipal,
  newPublicId,
  Repositories,
  Requires,
  ReturnsSchema,
  SignedIn,
} from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { ApiKeyAuthenticator, ApiKeys, ApiKeysModule, installApiKeys } from 'nest-dual-id/api-keys';
import { History, HistoryModule } from 'nest-dual-id/history';
import { Identity, IdentityModule, JwtVerifier, Permissions } from 'nest-dual-id/identity';
import { withAccess } from '../../../src/core/access/access-context.js';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { roleNames } from '../../support/roles.js';
import { vaultOptions } from '../api-keys/vault.js';
import { audience, Issuer, issuerName, signed } from './issuer.js';
import type { IssuerKey } from './issuer.js';
import type { Staff } from './staff.js';
import { Employee, openStaff, staffEntities } from './staff.js';
import { until } from './until.js';

const shape = {
  type: 'object',
  properties: { uuid: { type: ['string', 'null'] } },
  required: ['uuid'],
  additionalProperties: false,
} as const;

@Controller('files')
@SignedIn()
class FilesController {
  @Get()
  @Requires('files:read')
  @ReturnsSchema(shape)
  all() {
    return { uuid: currentPrincipal()!.uuid };
  }

  @Get('mine')
  @ReturnsSchema(shape)
  mine() {
    return this.all();
  }
}

let staff: Staff;
let api: Api;
let other: Api;
let key: IssuerKey;
let roleUuid: string;

function start(): Promise<Api> {
  const jwt = new JwtVerifier({
    issuer: issuerName,
    audience,
    keys: [key.jwk],
    scopeClaim: 'scope',
  });
  return startApi({
    url: staff.url,
    entities: staffEntities,
    controllers: [FilesController],
    options: { resolverCacheMilliseconds: 3_600_000 },
    imports: [
      ApiKeysModule.forRoot(vaultOptions),
      HistoryModule.forRoot({ actor: currentActor }),
      IdentityModule.forRoot({ principal: Employee, authenticators: [ApiKeyAuthenticator, jwt] }),
    ],
  });
}

beforeAll(async () => {
  staff = await openStaff();
  await staff.owner.transaction((runner) =>
    installApiKeys(runner, { grantTo: roleNames.application }),
  );
  key = await new Issuer().makeKey('key');
  api = await start();
  other = await start();
  const identity = api.app.get(Identity);
  const { uuid: permissionUuid } = await identity.createPermission({ name: 'files:read' });
  roleUuid = (await identity.createRole({ name: 'reader' })).uuid;
  await identity.grant({ roleUuid, permissionUuid });
});
afterAll(async () => {
  await api.close();
  await other.close();
  await staff.stop();
});

const read = async (of: Api, token: string, path = '/files') => {
  const { status, body } = await of.ask('GET', path, {
    headers: { authorization: `Bearer ${token}` },
  });
  return [status, (body as { code?: string }).code ?? (body as { uuid: string | null }).uuid];
};
const tokenOf = (sub: string, scope = 'files:read') => signed(key, { sub, scope });
const assign = (principalUuid: string) => api.app.get(Identity).assign({ principalUuid, roleUuid });

describe('a request', () => {
  test('is let in by the rights of its principal, on all instances, until they end', async () => {
    const principalUuid = await staff.employee();
    const token = await tokenOf(principalUuid);
    expect(await read(api, token)).toEqual([403, 'forbidden']);
    await assign(principalUuid);
    for (const of of [api, other]) {
      await until(async () => (await read(of, token))[0] === 200);
      expect(await read(of, token)).toEqual([200, principalUuid]);
    }
    await api.app.get(Identity).unassign({ principalUuid, roleUuid });
    expect(await read(api, token)).toEqual([403, 'forbidden']);
    await until(async () => (await read(other, token))[0] === 403);
  });

  test('needs scopes that reach as far as the rights', async () => {
    const principalUuid = await staff.employee();
    await assign(principalUuid);
    expect(await read(api, await tokenOf(principalUuid, 'files:write'))).toEqual([
      403,
      'forbidden',
    ]);
  });

  test('of somebody who is unknown or deleted is unauthenticated', async () => {
    const deleted = await staff.employee();
    await assign(deleted);
    expect(await read(api, await tokenOf(deleted))).toEqual([200, deleted]);
    await staff.sql('UPDATE employees SET deleted_at = now() WHERE uuid = $1', [deleted]);
    await until(async () => (await read(api, await tokenOf(deleted)))[0] === 401);
    for (const uuid of [deleted, newPublicId(4), roleUuid]) {
      for (const path of ['/files', '/files/mine']) {
        expect(await read(api, await tokenOf(uuid), path)).toEqual([401, 'unauthenticated']);
      }
    }
  });

  test('by an API key has the rights of its principal, as far as its scopes reach', async () => {
    const principalUuid = await staff.employee();
    const keys = api.app.get(ApiKeys);
    const create = async (scope: string) =>
      (await keys.create({ name: 'key', scopes: [scope], principalUuid })).token;
    const [reading, writing] = [await create('files:read'), await create('files:write')];
    expect(await read(api, reading)).toEqual([403, 'forbidden']);
    await assign(principalUuid);
    expect(await read(api, reading)).toEqual([200, principalUuid]);
    expect(await read(api, writing)).toEqual([403, 'forbidden']);
  });
});

test('a resolved internal id is forgotten when rights change elsewhere', async () => {
  const employees = other.app.get(Repositories).of(Employee);
  const uuid = (await staff.employee()) as PublicId<Employee>;
  await other.app.get(Permissions).of(uuid);
  await employees.resolve(uuid);
  await staff.sql('DELETE FROM employees WHERE uuid = $1', [uuid]);
  await until(() =>
    employees.resolve(uuid).then(
      () => false,
      () => true,
    ),
  );
});

test('the history of the join tables has who assigned what, and when', async () => {
  const principalUuid = await staff.employee();
  const [by, role] = [await staff.employee(), roleUuid];
  const acting = { uuid: by, scopes: undefined, permissions: new Set<string>() };
  await assign(by);
  const identity = api.app.get(Identity);
  await withAccess({ principal: acting, owner: undefined }, async () => {
    await identity.assign({ principalUuid, roleUuid }, acting);
    await identity.unassign({ principalUuid, roleUuid }, acting);
    const { uuid: groupUuid } = await identity.createGroup({ name: 'readers' });
    await identity.assign({ groupUuid, roleUuid }, acting);
    await identity.addMember({ groupUuid, principalUuid }, acting);
  });
  const history = api.app.get(History);
  const { items } = await history.links(Employee, 'roles', principalUuid);
  expect(items).toEqual([
    { operation: 'removed', uuid: role, changedAt: expect.any(Date), actorUuid: by },
    { operation: 'added', uuid: role, changedAt: expect.any(Date), actorUuid: by },
  ]);
  const groups = await history.links(Employee, 'groups', principalUuid);
  expect(groups.items).toMatchObject([{ operation: 'added', actorUuid: by }]);
  const actors = await staff.sql(
    `SELECT DISTINCT c.actor FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
     WHERE t.table_name = 'group_roles'`,
  );
  expect(actors).toEqual([{ actor: by }]);
});

test('the tables are looked at once when the application starts', async () => {
  const proxy = await DatabaseProxy.before(staff.url);
  const looks = proxy.count(/^SELECT c\.relname::text,\s+has_schema_privilege/);
  const { close } = await startApi({
    url: proxy.url,
    entities: staffEntities,
    imports: [IdentityModule.forRoot({ principal: Employee })],
  });
  expect(looks()).toBe(1);
  await close();
  await proxy.stop();
});

test('a route without a policy does not boot with an authenticator', async () => {
  @Controller('open')
  class OpenController {
    @Get() @ReturnsSchema(shape) open() {
      return { uuid: null };
    }
  }
  const jwt = new JwtVerifier({ issuer: issuerName, audience, keys: [key.jwk] });
  const parts = { url: staff.url, entities: staffEntities, controllers: [OpenController] };
  const refusal = (authenticators: [JwtVerifier] | []) =>
    refusalOf({
      ...parts,
      imports: [IdentityModule.forRoot({ principal: Employee, authenticators })],
    });
  expect(await refusal([jwt])).toContain('GET /open has no policy');
  expect(await refusal([])).toBe('It boots.');
});
