import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from 'nest-dual-id';
import { KeptAnswers } from '../../../src/features/idempotency/kept-answers.js';
import type { Ward } from './ward.js';
import { startWard } from './ward.js';

let ward: Ward;
let database: Database;
let answers: KeptAnswers;
beforeAll(async () => {
  ward = await startWard();
  database = ward.example.app.get(Database);
  answers = ward.example.app.get(KeptAnswers, { strict: false });
});
afterAll(() => ward.example.stop());

describe('a response stored while a person is being erased', () => {
  const scope = (key: string) => ({ scope: 'race', key });
  const answerOf = (uuid: string) => ({
    requestHash: 'x',
    status: 201,
    version: 1,
    json: JSON.stringify({ uuid, name: 'Zebulon' }),
    named: [uuid],
  });

  test.each(['READ COMMITTED', 'REPEATABLE READ'] as const)(
    'is waited for and erased by an erasure that is %s',
    async (isolation) => {
      const uuid = await ward.create(isolation.replace(' ', '-'));
      const [kept, go] = [signal(), signal()];
      const keeping = database.transaction(async () => {
        await answers.keep(scope(isolation), answerOf(uuid));
        kept.give();
        await go.given;
      });
      await kept.given;
      const erasing = database.transaction(() => ward.erase(uuid), isolation);
      await until(somebodyWaits);
      go.give();
      await Promise.all([keeping, erasing]);
      await until(async () => (await ward.found()).length === 0);
      expect(await answers.find(scope(isolation))).toMatchObject({ isErased: true, json: null });
    },
  );

  test('waits for the erasure, and is not stored', async () => {
    const uuid = await ward.create('late');
    const [erased, go] = [signal(), signal()];
    const erasing = database.transaction(async () => {
      await ward.erase(uuid);
      erased.give();
      await go.given;
    });
    await erased.given;
    const keeping = database.transaction(() => answers.keep(scope('late'), answerOf(uuid)));
    await until(somebodyWaits);
    go.give();
    await Promise.all([keeping, erasing]);
    expect(await ward.found()).toEqual([]);
    expect(await answers.find(scope('late'))).toMatchObject({ isErased: true });
  });

  test('fails if its snapshot is older than the erasure', async () => {
    const uuid = await ward.create('older');
    const keeping = database.transaction(async () => {
      await answers.find(scope('older'));
      await outOfTransaction(() => ward.erase(uuid));
      await answers.keep(scope('older'), answerOf(uuid));
    }, 'REPEATABLE READ');
    await expect(keeping).rejects.toMatchObject({ code: 'concurrent_change' });
    expect(await ward.found()).toEqual([]);
  });

  const somebodyWaits = async () => (await ward.example.sql(waiting)).length > 0;
});

const waiting = `SELECT FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND datname = current_database()`;

/** A promise that is settled from outside. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** Runs work as if it had been called before the transaction began. */
const outOfTransaction = AsyncLocalStorage.snapshot();

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It never came to hold.');
}
