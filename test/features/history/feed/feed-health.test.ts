import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { FeedHealth, HistoryModule } from 'nest-dual-id/history';
import type { ChangeFeed } from 'nest-dual-id/history';
import { HealthModule } from '../../../examples/feed-health.js';
import { migrateArticles } from '../../../examples/search-index.js';
import { ownedDatabase, runSql } from '../../../support/empty-database.js';
import type { Ask } from '../../../support/http-client.js';
import { clientOf } from '../../../support/http-client.js';
import { openSession } from '../../../support/open-session.js';
import type { OwnServer } from '../../../support/own-server.js';
import { ownServer } from '../../../support/own-server.js';
import { migratedFor } from '../../../support/roles.js';

const insert = `INSERT INTO articles (title) VALUES ('Late')`;
let server: OwnServer;
let url: string;
let app: NestFastifyApplication;
let ask: Ask;
let warnings: string[];

beforeAll(async () => {
  server = await ownServer(undefined, { max_prepared_transactions: '4' });
  url = await migratedFor(await ownedDatabase(server.url, 'news'), migrateArticles);
}, 120_000);
afterAll(() => server.stop());
beforeEach(async () => {
  warnings = [];
  app = await start();
  ask = clientOf(app);
});
afterEach(async () => {
  server.thaw();
  await app.close();
});

async function start(maxHorizonAge = 0.5): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dualIdDataSource({ url, entities: [] }), retryAttempts: 0 }),
      DualIdModule.forRoot(),
      HistoryModule.forRoot({ feed: { maxHorizonAge, lookEvery: 20 } }),
      HealthModule,
    ],
  })
  class NewsModule {}
  const none = () => undefined;
  const logger = { log: none, error: none, warn: (line: string) => void warnings.push(line) };
  const adapter = new DualIdFastifyAdapter();
  const options = { logger, abortOnError: false };
  const created = await NestFactory.create<NestFastifyApplication>(NewsModule, adapter, options);
  await created.listen(0, '127.0.0.1');
  return created;
}

/** Asks until the feed is like this, and returns the response. */
async function untilFeedIs(status: string) {
  for (let attempt = 0; attempt < 500; attempt++) {
    const response = await ask('GET', '/health/ready');
    if (response.body.feed?.status === status) return response;
    await sleep(20);
  }
  throw new Error(`The feed did not become ${status}.`);
}

const prepared = async () => {
  const session = await openSession(url, insert, `PREPARE TRANSACTION 'forgotten'`);
  await session.end();
  return () => runSql(url, `ROLLBACK PREPARED 'forgotten'`);
};
const idle = async () => (await openSession(url, insert)).end;

describe('a feed that is held back for too long', () => {
  test.each([
    ['a prepared transaction', prepared],
    ['a transaction that is idle', idle],
  ])('by %s is degraded, and the application stays ready', async (_, hold) => {
    const { status, body } = await untilFeedIs('ok');
    expect([status, body]).toEqual([200, { status: 'ok', feed: { status: 'ok', horizonAge: 0 } }]);
    const end = await hold();
    const degraded = await untilFeedIs('degraded');
    expect([degraded.status, degraded.body.status]).toEqual([200, 'ok']);
    await sleep(1_000);
    expect((await untilFeedIs('degraded')).body.feed.horizonAge).toBeGreaterThanOrEqual(1);
    await end();
    await untilFeedIs('ok');
    await sleep(200);
    expect(warnings).toEqual([
      expect.stringMatching(/^An open transaction has been holding the feed .* for \d+ seconds\. /),
      'The feed of changes is no longer held back.',
    ]);
  });

  test('stays so while the database cannot be asked', async () => {
    const end = await idle();
    await untilFeedIs('degraded');
    await server.freeze();
    while ((await ask('GET', '/health/ready')).status !== 503) await sleep(20);
    expect(app.get(FeedHealth).check().status).toBe('degraded');
    server.thaw();
    await untilFeedIs('degraded');
    await end();
    await untilFeedIs('ok');
  });
});

test('a transaction within the limit is no concern', async () => {
  const patient = await start(60);
  const end = await idle();
  await sleep(1_100);
  const { body } = await clientOf(patient)('GET', '/health/ready');
  await end();
  await patient.close();
  expect(body.feed).toEqual({ status: 'ok', horizonAge: expect.any(Number) });
  expect(body.feed.horizonAge).toBeGreaterThan(0);
});

test.each([{ maxHorizonAge: 0 }, { maxHorizonAge: NaN }, { lookEvery: 0 }, { lookEvery: 2 ** 31 }])(
  'the options %j are refused',
  (feed) => {
    const never = {} as ChangeFeed;
    expect(() => new FeedHealth(never, { feed })).toThrow(
      expect.objectContaining({ code: 'misuse' }),
    );
  },
);
