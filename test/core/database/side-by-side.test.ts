import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Note } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { limits: { idleInTransaction: 6_000 } } });
  database = guarded.database;
});
beforeEach(() => guarded.sql('TRUNCATE notes'));
afterAll(() => guarded.stop());

const add = (text: string) =>
  database.execute(statement('INSERT INTO notes (text) VALUES ($1)'), [text]);
const kept = async () =>
  (await guarded.sql<{ text: string }>('SELECT text FROM notes ORDER BY id')).map(
    ({ text }) => text,
  );
const fails = statement('SELECT 1 / 0');
const misuse = { code: 'misuse' };

/** The ways to write a note: by the library, and by TypeORM's manager and repository. */
const ways: [string, (text: string) => Promise<unknown>][] = [
  ['a statement', add],
  ['the manager', (text) => database.manager.save(database.manager.create(Note, { text }))],
  ['a repository', (text) => guarded.dataSource.getRepository(Note).save({ text })],
  [
    'dataSource.query',
    (text) => guarded.dataSource.query('INSERT INTO notes (text) VALUES ($1)', [text]),
  ],
  [
    'a query builder',
    (text) =>
      guarded.dataSource.createQueryBuilder().insert().into(Note).values({ text }).execute(),
  ],
];

describe.each(ways)('a write by %s next to a nested transaction', (_, write) => {
  test('that fails is kept, because it waits for the end of the nested one', async () => {
    await database.transaction(() =>
      Promise.allSettled([
        database.transaction(async () => {
          await write('undone');
          await sleep(50);
          throw new Error('undone');
        }),
        sleep(10).then(async () => {
          await write('outer');
          await write('again');
        }),
      ]),
    );
    expect(await kept()).toEqual(['outer', 'again']);
  });

  test('is kept when a statement makes the nested one fail', async () => {
    const outcomes = await database.transaction(() =>
      Promise.allSettled([
        database.transaction(() => database.rows(fails)),
        write('outer'),
        database.transaction(() => write('nested')),
      ]),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect((await kept()).toSorted()).toEqual(['nested', 'outer']);
  });
});

describe('a nested transaction', () => {
  test('runs its own statements and nested ones while outer statements wait', async () => {
    const seen: string[] = [];
    await database.transaction(async () => {
      const nested = database.transaction(async () => {
        await add('a');
        await database.transaction(() => add('b'));
        await sleep(30);
        seen.push('nested');
      });
      await sleep(5);
      await Promise.all([nested, add('c').then(() => seen.push('outer'))]);
      await add('d');
    });
    expect(seen).toEqual(['nested', 'outer']);
    expect(await kept()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('that waits for an outer statement, which waits for it, fails as misuse', async () => {
    const work = database.transaction(async () => {
      let outer!: Promise<unknown>;
      await Promise.all([
        database.transaction(async () => {
          await add('nested');
          await sleep(20);
          await outer;
        }),
        (async () => {
          await sleep(5);
          outer = add('outer');
          await outer;
        })(),
      ]);
    });
    await expect(work).rejects.toMatchObject(misuse);
    await expect(work).rejects.toThrow('waited for a nested transaction');
    expect(await kept()).toEqual([]);
  });

  test('may work for long while outer statements wait', async () => {
    const long = statement('SELECT pg_sleep(4)');
    await database.transaction(() =>
      Promise.all([
        database.transaction(() => database.rows(long)),
        sleep(5).then(() => add('outer')),
      ]),
    );
    expect(await kept()).toEqual(['outer']);
  });
});

describe("TypeORM's own calls inside a transaction", () => {
  test.each(ways)('by %s join it', async (_, write) => {
    const undone = database.transaction(async () => {
      await write('undone');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await kept()).toEqual([]);
    await write('kept');
    expect(await kept()).toEqual(['kept']);
  });

  test('by a transaction of the data source are a savepoint of it', async () => {
    await database.transaction(async () => {
      await add('a');
      const undone = guarded.dataSource.transaction(async (manager) => {
        await manager.save(manager.create(Note, { text: 'undone' }));
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
    });
    expect(await kept()).toEqual(['a']);
  });

  test('by their own query runner stay outside', async () => {
    await database.transaction(async () => {
      await add('inside');
      expect(await guarded.sql('SELECT * FROM notes')).toEqual([]);
    });
  });

  test('left running when it failed write nothing', async () => {
    let late!: Promise<unknown>;
    const failed = database.transaction(async (manager) => {
      late = (async () => {
        await manager.query(`INSERT INTO notes (text) VALUES ('early')`);
        await sleep(20);
        await manager.query(`INSERT INTO notes (text) VALUES ('leaked')`);
      })();
      late.catch(() => undefined);
      await sleep(10);
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    await expect(late).rejects.toBeDefined();
    expect(await kept()).toEqual([]);
  });

  test('take no second connection: more of them than connections all succeed', async () => {
    const repository = guarded.dataSource.getRepository(Note);
    const many = Array.from({ length: 30 }, (_, index) =>
      database.transaction(async () => {
        await repository.save({ text: String(index) });
        return repository.count();
      }),
    );
    await Promise.all(many);
    expect(await kept()).toHaveLength(30);
  });
});

describe('work run outside a transaction on purpose', () => {
  test('is kept when the transaction is undone', async () => {
    const undone = database.transaction(async () => {
      await add('undone');
      await database.outside(() => add('outside'));
      expect(database.outside(() => database.inTransaction)).toBe(false);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await kept()).toEqual(['outside']);
  });

  test('may be a timer that continues after the transaction has ended', async () => {
    const fromTimer = await database.transaction(
      async () =>
        new Promise<{ later: Promise<unknown> }>((resolve) => {
          database.outside(() =>
            setTimeout(() => resolve({ later: sleep(30).then(() => add('later')) }), 5),
          );
        }),
    );
    await fromTimer.later;
    expect(await kept()).toEqual(['later']);
  });

  test('has neither its settings nor its limits', async () => {
    const show = statement(`SELECT current_setting('app.tenant', true)`);
    await database.withSettings({ 'app.tenant': 'A' }, () =>
      database.transaction(async () => {
        expect(await database.rows(show)).toEqual([['A']]);
        const outside = await database.outside(() => database.rows(show));
        expect(outside[0]![0] || null).toBeNull();
      }),
    );
  });
});
