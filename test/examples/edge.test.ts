import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule, dualIdDataSource, installDualId } from 'nest-dual-id';
import { ApiKeys, installApiKeys } from 'nest-dual-id/api-keys';
import { installHistory } from 'nest-dual-id/history';
import { emptyDatabase } from '../support/empty-database.js';
import type { TestDatabase } from '../support/database.js';
import type { Ask } from '../support/http-client.js';
import { clientOf } from '../support/http-client.js';
import { migratedFor } from '../support/roles.js';
import { AccountModule, create, history, keys, metrics } from './edge.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let ask: Ask;
let token: string;
let keyUuid: string;
const lines: string[] = [];
const asked: IncomingHttpHeaders[] = [];
const stock = createServer(({ headers }, response) => {
  asked.push(headers);
  response.end();
});

beforeAll(async () => {
  database = await emptyDatabase();
  const url = await migratedFor(database.url, async (runner) => {
    await installDualId(runner);
    await installApiKeys(runner);
    await installHistory(runner);
  });
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [] })),
      DualIdModule.forRoot(),
      keys('b0'.repeat(32)),
      history(),
      metrics(),
      AccountModule,
    ],
  })
  class AppModule {}
  await new Promise<void>((resolve) => stock.listen(0, '127.0.0.1', resolve));
  process.env['STOCK_URL'] = `http://127.0.0.1:${(stock.address() as AddressInfo).port}`;
  app = await create(AppModule, { write: (line: string) => lines.push(line) });
  await app.listen(0, '127.0.0.1');
  ask = clientOf(app);
  const issued = await app.get(ApiKeys).create({ name: 'till', scopes: ['metrics:read'] });
  ({ token } = issued);
  keyUuid = issued.key.uuid;
});
afterAll(async () => {
  await app.close();
  stock.close();
  await database.drop();
});

const withKey = () => ({ headers: { authorization: `Bearer ${token}` } });

test('the log names the key that asked, and not the key itself', async () => {
  const { status, headers } = await ask('GET', '/account', withKey());
  expect(status).toBe(200);
  expect(headers['strict-transport-security']).toContain('max-age=');
  const line = JSON.parse(lines.at(-1)!) as object;
  expect(line).toMatchObject({ keyUuid, route: '/account', requestId: headers['x-request-id'] });
  expect(lines.join('')).not.toContain(token);
});

test('another service gets the trace of the request', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  expect((await ask('GET', '/account/stock', { headers })).status).toBe(204);
  expect(asked.at(-1)?.['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
});

test('a route has a limit of its own', async () => {
  for (let n = 0; n < 5; n++) expect((await ask('POST', '/account/recovery')).status).toBe(204);
  const { status, headers } = await ask('POST', '/account/recovery');
  expect(status).toBe(429);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900);
  expect((await ask('GET', '/health/live')).status).toBe(204);
});

test('the metrics are for those with the permission', async () => {
  expect((await ask('GET', '/metrics')).status).toBe(401);
  const { text } = await ask('GET', '/metrics', withKey());
  expect(text).toContain('dual_id_figure{part="apiKeys"');
  expect(text).toContain('dual_id_feed_horizon_age_seconds');
});
