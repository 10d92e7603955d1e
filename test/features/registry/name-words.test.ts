import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RegistrySearch } from 'nest-dual-id/registry';
import type { QueryRunner } from 'typeorm';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let search: RegistrySearch;
beforeAll(async () => {
  service = await campaigns();
  search = service.app.get(RegistrySearch);
});
afterAll(() => service.stop());

const named = async (name: string) => (await service.records.create({ type: 'tag', name })).uuid;
const rename = (uuid: string, name: string) =>
  service.sql('UPDATE dual_id.passports SET name = $2 WHERE uuid = $1', [uuid, name]);
const insert = `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name)
  VALUES (gen_random_uuid(), 81, true, $1)`;
const timesKept = async (word: string) =>
  (await service.sql('SELECT FROM dual_id.name_words WHERE word = $1', [word])).length;
const found = async (q: string) =>
  (await search.search({ q, match: 'similar' })).items.map(({ name }) => name).toSorted();

describe('a word of a name', () => {
  test('is stored once, however many names have it', async () => {
    await named('Kumquat jam');
    await service.records.createMany([
      { type: 'tag', name: 'Kumquat jelly' },
      { type: 'pattern', name: 'Jelly, jelly: kumquat' },
    ]);
    expect(await timesKept('kumquat')).toBe(1);
    expect(await timesKept('jelly')).toBe(1);
  });

  test('is removed with the last living name that has it', async () => {
    const [one, other] = [await named('Tamarind one'), await named('Tamarind other')];
    await rename(one, 'Sumac one');
    expect(await timesKept('tamarind')).toBe(1);
    expect(await found('tamarynd')).toEqual(['Tamarind other']);
    await rename(other, 'Sumac other');
    expect(await timesKept('tamarind')).toBe(0);
  });

  test('is removed with a deleted name, and is found again when it is restored', async () => {
    const uuid = await named('Pomegranate');
    await service.records.remove(uuid);
    expect(await timesKept('pomegranate')).toBe(0);
    await service.records.restore(uuid);
    expect(await found('pomegranatte')).toEqual(['Pomegranate']);
  });
});

describe('a word of a term', () => {
  test.each([
    ['few', 'qwa', 3],
    ['very many', 'qwe', 105],
  ])('finds all names with words that begin with it, if these are %s', async (_, word, count) => {
    await service.sql(
      `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name)
       SELECT gen_random_uuid(), 81, true, 'the ' || $1::text || n FROM generate_series(1, $2::int) n`,
      [word, count],
    );
    const first = await search.search({ q: word, match: 'words', limit: 100 });
    const after = first.nextCursor ?? undefined;
    const rest = after
      ? await search.search({ q: word, match: 'words', limit: 100, after })
      : undefined;
    expect(first.items.length + (rest?.items.length ?? 0)).toBe(count);
  });
});

describe('concurrent transactions', () => {
  test('add one word without waiting for each other, in any order', async () => {
    await both(async (one, other) => {
      await one.query(insert, ['Cardamom first']);
      await other.query(insert, ['Saffron first']);
      await one.query(insert, ['Saffron second']);
      await other.query(insert, ['Cardamom second']);
    });
    expect(await found('cardamon')).toEqual(['Cardamom first', 'Cardamom second']);
    expect(await found('safron')).toEqual(['Saffron first', 'Saffron second']);
  });

  test('lose no word that one adds while the other removes it', async () => {
    const leaving = await named('Galangal leaving');
    await both(async (one, other) => {
      await one.query('UPDATE dual_id.passports SET name = $2 WHERE uuid = $1', [leaving, 'Left']);
      await other.query(insert, ['Galangal coming']);
    });
    expect(await found('galangall')).toEqual(['Galangal coming']);
  });

  test('lose no word that one has already added when the other removes it', async () => {
    const leaving = await named('Turmeric leaving');
    await both(async (one, other) => {
      await other.query(insert, ['Turmeric coming']);
      await one.query('UPDATE dual_id.passports SET name = $2 WHERE uuid = $1', [leaving, 'Left']);
    });
    expect(await found('turmerick')).toEqual(['Turmeric coming']);
  });

  test('lose no word that an older snapshot does not see', async () => {
    const leaving = await named('Asafoetida leaving');
    await both(async (one, other) => {
      await one.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await one.query('SELECT FROM dual_id.passports LIMIT 1');
      await other.query(insert, ['Asafoetida coming']);
      await other.commitTransaction();
      await other.startTransaction();
      await one.query('UPDATE dual_id.passports SET name = $2 WHERE uuid = $1', [leaving, 'Left']);
    });
    expect(await found('asafoetidda')).toEqual(['Asafoetida coming']);
  });

  test('that rename and create at random keep every word of a living name', async () => {
    const words = ['anise', 'borage', 'chervil', 'dill', 'epazote'];
    const uuids = await Promise.all(words.map((word) => named(`${word} seed`)));
    const any = <T>(of: readonly T[]) => of[Math.floor(Math.random() * of.length)]!;
    const worker = async () => {
      for (let round = 0; round < 40; round += 1) {
        const name = `${any(words)} ${any(words)}`;
        await (round % 3 ? rename(any(uuids), name) : service.sql(insert, [name]));
        await service.sql(
          `UPDATE dual_id.passports SET name = NULL WHERE id IN (SELECT id FROM dual_id.passports
             WHERE platform_type_id = 81 AND name = $1 LIMIT 1 FOR UPDATE SKIP LOCKED)`,
          [name],
        );
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(await service.sql(`${living} EXCEPT ${kept}`)).toEqual([]);
  });
});

const living = `SELECT unnest(tsvector_to_array(search_words)) AS word FROM dual_id.passports
  WHERE status <> 'deleted'`;
const kept = 'SELECT word FROM dual_id.name_words';

/** Two concurrent transactions, each of which commits; one that waits for the other fails. */
async function both(work: (one: QueryRunner, other: QueryRunner) => Promise<void>): Promise<void> {
  const runners = [0, 1].map(() => service.superuser.createQueryRunner());
  const [one, other] = runners as [QueryRunner, QueryRunner];
  try {
    for (const runner of runners) {
      await runner.startTransaction();
      await runner.query(`SET LOCAL lock_timeout = '2s'`);
    }
    await work(one, other);
    await one.commitTransaction();
    await other.commitTransaction();
  } finally {
    for (const runner of runners) await runner.release();
  }
}
