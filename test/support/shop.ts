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
import { urlAs } from './roles.js';

/** What an answer was, as a test looks at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into bodies of every shape.
  readonly body: any;
}

/** A running shop on a database of its own, spoken to over HTTP. */
export interface TestShop {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly databaseUrl: string;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

/**
 * Starts the shop, as a role that owns nothing, with two departments and aisles in it, on a way to its
 * database if one is given. `databaseUrl` is the superuser's, who looks behind.
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
  return {
    app,
    url,
    databaseUrl: database.url,
    call: (method, path, body, headers = {}) => call(`${url}${path}`, method, body, headers),
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** Creates a user and answers its public id. */
export async function aUser(shop: TestShop, email: string): Promise<string> {
  const user = { firstName: 'Ada', lastName: 'Byron', email };
  return (await shop.call('POST', '/users', user)).body.uuid;
}

/** Creates a product and answers its public id. */
export async function aProduct(shop: TestShop, name: string, price?: string): Promise<string> {
  const product = { name, price, department: 'produce', aisle: 'fresh-fruits' };
  return (await shop.call('POST', '/products', product)).body.uuid;
}

/** Sends a request again for as long as the shop says that it has too much to do. */
export async function untilServed(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.body?.code !== 'overloaded') return answer;
    await sleep(Number(answer.headers.get('retry-after')) * 1_000);
  }
}

async function addLookUps(repositories: Repositories): Promise<void> {
  const named = (names: string[]) => names.map((name) => ({ name, slug: slugOf(name) }));
  await repositories.of(Department).createMany(DepartmentView, named(['produce', 'frozen']));
  await repositories.of(Aisle).createMany(AisleView, named(['fresh fruits', 'ice cream']));
}

async function call(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}
