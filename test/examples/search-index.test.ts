import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database, DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { ChangeFeed } from 'nest-dual-id/history';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { migratedFor } from '../support/roles.js';
import { migrateArticles, mirror, SearchModule } from './search-index.js';

let database: TestDatabase;
let app: NestFastifyApplication;
beforeEach(async () => {
  database = await emptyDatabase();
  const url = await migratedFor(database.url, migrateArticles);
  await runSql(database.url, `INSERT INTO articles (title) VALUES ('Old news')`);
  app = await start(url);
});
afterEach(async () => {
  await app.close();
  await database.drop();
});

async function start(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [] })),
      DualIdModule.forRoot(),
      SearchModule,
    ],
  })
  class NewsModule {}
  const created = await NestFactory.create<NestFastifyApplication>(
    NewsModule,
    new DualIdFastifyAdapter(),
    { logger: ['error'] },
  );
  return created.init();
}

const words = async () =>
  (await runSql<{ words: string[] }>(database.url, 'SELECT words FROM article_words ORDER BY 1'))
    .map((row) => row.words.join(' '))
    .join(', ');

async function untilIndexed(expected: string): Promise<void> {
  for (let attempt = 0; attempt < 500 && (await words()) !== expected; attempt++) await sleep(20);
  expect(await words()).toBe(expected);
}

test('the index has what there was, and follows what changes', async () => {
  await untilIndexed('old news');
  await runSql(database.url, `INSERT INTO articles (title) VALUES ('Fresh news'), ('Spam')`);
  await untilIndexed('fresh news, old news, spam');
  await runSql(database.url, `DELETE FROM articles WHERE title = 'Spam'`);
  await runSql(database.url, `UPDATE articles SET title = 'Older news' WHERE title = 'Old news'`);
  await untilIndexed('fresh news, older news');
  await runSql(database.url, 'TRUNCATE articles');
  await untilIndexed('');
});

test('the mirror gets every article once, and then its changes without internal ids', async () => {
  const sent: object[] = [];
  const stopping = new AbortController();
  const send = async (message: object) => void sent.push(message);
  const mirroring = mirror(
    app.get(ChangeFeed),
    { database: app.get(Database), send },
    stopping.signal,
  );
  while (sent.length < 1) await sleep(10);
  await runSql(database.url, `UPDATE articles SET title = 'Newer news'`);
  while (sent.length < 2) await sleep(10);
  stopping.abort();
  await mirroring;
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(sent[0]).toEqual({ uuid, title: 'Old news' });
  expect(JSON.parse(JSON.stringify(sent[1]))).toEqual({
    schema: 'public',
    table: 'articles',
    operation: 'update',
    uuid,
    parentUuid: null,
    relatedUuid: null,
    actor: null,
    occurredAt: expect.any(String),
  });
});
