import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Database, installDualId } from 'nest-dual-id';
import { IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import { ExpiredAnswers } from '../../../src/features/idempotency/expired-answers.js';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';

const fill = (count: number) => `INSERT INTO dual_id.idempotency_keys
    (scope, key, request_hash, status, answer, created_at)
  SELECT 'a', 'old ' || n || gen_random_uuid(), '', 201, '{}', now() - interval '24 hours 1 second'
    FROM generate_series(1, ${count}) n
  UNION ALL SELECT 'a', 'young' || gen_random_uuid(), '', 201, '{}', now() - interval '23 hours'`;

let example: Example;
beforeEach(async () => {
  example = await startExample({
    entities: [],
    controllers: [],
    imports: [IdempotencyModule.forRoot()],
    migrate: async (runner) => {
      await installDualId(runner);
      await installIdempotency(runner);
      await runner.query(fill(1));
    },
  });
});
afterEach(() => example.stop());

const keys = async (kind = '') =>
  (await example.sql(`SELECT FROM dual_id.idempotency_keys WHERE key LIKE '${kind}%'`)).length;

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It never came to hold.');
}

test('a response expires without a request, when an instance starts and while it runs', async () => {
  await until(async () => (await keys('old')) === 0);
  expect(await keys()).toBe(1);
  example.app.get(ExpiredAnswers).lookEvery(20);
  await example.sql(fill(2_500));
  await until(async () => (await keys('old')) === 0);
  expect(await keys('young')).toBe(2);
});

test('two concurrent instances remove everything between them', async () => {
  await until(async () => (await keys('old')) === 0);
  const two = [1, 2].map(() => new ExpiredAnswers(example.app.get(Database)));
  await example.sql(fill(2_500));
  for (const one of two) one.lookEvery(60_000);
  await until(async () => (await keys('old')) === 0);
  await Promise.all(two.map((one) => one.onModuleDestroy()));
});

test('a failed run is logged once, and the next one happens', async () => {
  await until(async () => (await keys('old')) === 0);
  const told: string[] = [];
  Logger.overrideLogger({
    log: () => {},
    error: () => {},
    warn: (text: string) => told.push(text),
  });
  await example.sql('ALTER TABLE dual_id.idempotency_keys RENAME TO hidden');
  example.app.get(ExpiredAnswers).lookEvery(10);
  await until(() => told.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await example.sql('ALTER TABLE dual_id.hidden RENAME TO idempotency_keys');
  await example.sql(fill(1));
  await until(async () => (await keys('old')) === 0);
  expect(told).toEqual([expect.stringContaining('could not be removed')]);
});

test('an instance that stops runs no more', async () => {
  await until(async () => (await keys('old')) === 0);
  const answers = example.app.get(ExpiredAnswers);
  answers.lookEvery(10);
  await answers.onModuleDestroy();
  await example.sql(fill(1));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await keys('old')).toBe(1);
});
