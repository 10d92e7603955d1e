import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Repositories, slugOf } from 'nest-dual-id';
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

/** A running shop on a database of its own, spoken to over HTTP. */
export interface TestShop {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly databaseUrl: string;
  readonly ask: Ask;
  stop(): Promise<void>;
}

/**
 * Starts the shop as a role that owns nothing, with two departments and aisles. `wayTo` may put a
 * proxy before its database. `databaseUrl` is the superuser's.
 */
export async function testShop(
  options: Pick<ShopOptions, 'timeZone'> = {},
  wayTo = async (url: string) => url,
): Promise<TestShop> {
  const database = await freshDatabase();
  const secret = 'a secret only for tests';
  const databaseUrl = await wayTo(urlAs('application', database.url));
  const app = await createApp({ databaseUrl, secret, ...options });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  await addLookUps(app.get(Repositories));
  // Requests sent together have to arrive together.
  const connections = new Agent({ keepAlive: true });
  return {
    app,
    url,
    databaseUrl: database.url,
    ask: clientOf(app, connections),
    stop: async () => {
      connections.destroy();
      await app.close();
      await database.drop();
    },
  };
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
