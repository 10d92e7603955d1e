import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Repositories, slugOf } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { NewKey } from 'nest-dual-id/api-keys';
import { Identity } from 'nest-dual-id/identity';
import type { ShopPermission } from '../../src/shop/access/permissions.js';
import { allPermissions } from '../../src/shop/access/permissions.js';
import type { ShopOptions } from '../../src/shop/app.module.js';
import { createApp } from '../../src/shop/create-app.js';
import { Aisle } from '../../src/shop/products/aisle.entity.js';
import { AisleView } from '../../src/shop/products/aisle.view.js';
import { Department } from '../../src/shop/products/department.entity.js';
import { DepartmentView } from '../../src/shop/products/department.view.js';
import { freshDatabase } from './database.js';
import { clientOf } from './http-client.js';
import type { Ask, HttpResponse } from './http-client.js';
import { urlAs } from './roles.js';

/** A pepper for keys that nobody keeps. */
export const testPepper = '5e'.repeat(32);

/** A machine that runs tests beside each other is often late. */
const calm = { maxEventLoopDelay: 60_000 };

/** A running shop on a database of its own, spoken to over HTTP. */
export interface TestShop {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly databaseUrl: string;
  /** Sends requests with a key that may do everything. */
  readonly ask: Ask;
  /** What such a request says of itself. */
  readonly authorization: Record<string, string>;
  /** Sends requests without a key. */
  readonly anonymous: Ask;
  stop(): Promise<void>;
}

/**
 * Starts the shop as a role that owns nothing, with two departments and aisles. `wayTo` may put a
 * proxy before its database. `databaseUrl` is the superuser's.
 */
export async function testShop(
  options: Pick<ShopOptions, 'timeZone' | 'edge' | 'signIn'> = {},
  wayTo = async (url: string) => url,
): Promise<TestShop> {
  const database = await freshDatabase();
  const secret = 'a secret only for tests';
  const databaseUrl = await wayTo(urlAs('application', database.url));
  const app = await createApp({ databaseUrl, secret, pepper: testPepper, edge: calm, ...options });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  await addLookUps(app.get(Repositories));
  const authorization = await keyFor(app, { scopes: allPermissions });
  // Requests sent together have to arrive together.
  const connections = new Agent({ keepAlive: true });
  return {
    app,
    url,
    databaseUrl: database.url,
    ask: clientOf(app, connections, authorization),
    authorization,
    anonymous: clientOf(app, connections),
    stop: async () => {
      connections.destroy();
      await app.close();
      await database.drop();
    },
  };
}

/** Makes a key, and returns what its requests say of themselves. */
export async function keyFor(
  app: NestFastifyApplication,
  key: Omit<NewKey, 'name'>,
): Promise<Record<string, string>> {
  const { token } = await app.get(ApiKeys).create({ name: 'for a test', ...key });
  return { authorization: `Bearer ${token}` };
}

/** Gives a user permissions, and returns what requests with a key of theirs say of themselves. */
export async function staffKey(
  { app }: TestShop,
  principalUuid: string,
  scopes: readonly ShopPermission[],
): Promise<Record<string, string>> {
  const identity = app.get(Identity);
  const { uuid: roleUuid } = await identity.createRole({ name: randomUUID() });
  const known = new Map((await identity.permissions()).map(({ name, uuid }) => [name, uuid]));
  for (const name of scopes) {
    const permissionUuid = known.get(name) ?? (await identity.createPermission({ name })).uuid;
    await identity.grant({ roleUuid, permissionUuid });
  }
  await identity.assign({ principalUuid, roleUuid });
  return keyFor(app, { scopes: [...scopes], principalUuid });
}

/** Creates a user and returns its public id. */
export async function aUser(shop: TestShop, email: string): Promise<string> {
  const user = { firstName: 'Ada', lastName: 'Byron', email };
  return (await shop.ask('POST', '/users', { body: user })).body.uuid;
}

/** Creates a product and returns its public id. */
export async function aProduct(shop: TestShop, name: string, price?: string): Promise<string> {
  const product = { name, price, department: 'produce', aisle: 'fresh-fruits' };
  return (await shop.ask('POST', '/products', { body: product })).body.uuid;
}

/** Sends a request again for as long as the shop says that it is overloaded. */
export async function untilServed(send: () => Promise<HttpResponse>): Promise<HttpResponse> {
  for (;;) {
    const answer = await send();
    if (answer.body?.code !== 'overloaded') return answer;
    await sleep(Number(answer.headers['retry-after']) * 1_000);
  }
}

async function addLookUps(repositories: Repositories): Promise<void> {
  const named = (names: string[]) => names.map((name) => ({ name, slug: slugOf(name) }));
  await repositories.of(Department).createMany(DepartmentView, named(['produce', 'frozen']));
  await repositories.of(Aisle).createMany(AisleView, named(['fresh fruits', 'ice cream']));
}
