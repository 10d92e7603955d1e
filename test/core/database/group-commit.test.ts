import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GroupCommit, statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
  await guarded.sql(`CREATE TABLE entries (
    work text, transaction text DEFAULT pg_current_xact_id()::text,
    setting text DEFAULT current_setting('test.tenant', true), at bigint GENERATED ALWAYS AS IDENTITY)`);
});
afterAll(() => guarded.stop());
beforeEach(async () => {
  await guarded.sql('TRUNCATE entries');
  groups = [];
  alone = [];
});

interface Entry {
  readonly work: string;
  readonly transaction: string;
  readonly setting: string | null;
}

let groups: string[][] = [];
let alone: string[] = [];

const insert = statement('INSERT INTO entries (work) SELECT unnest($1::text[]) RETURNING work');
const fail = statement(`SELECT 1 / CASE WHEN 'bad' = ANY($1::text[]) THEN 0 ELSE 1 END`);
const end = statement('SELECT pg_terminate_backend(pg_backend_pid())');

/** Writes one row per task; a task is `<key>` or `<key>:<what makes it special>`. */
function writing(): GroupCommit<string, string> {
  const { database } = guarded;
  return new GroupCommit<string, string>(database, {
    key: (work) => work.split(':')[0]!,
    together: (works) => database.transaction(() => together(works)),
    alone: async (work) => {
      alone.push(work);
      await database.transaction(() => write([work]));
      return `${work} alone`;
    },
  });
}

async function together(works: readonly string[]): Promise<(string | undefined)[]> {
  groups.push([...works]);
  const done = works.filter((work) => !work.endsWith(':left out'));
  await write(done);
  if (done.includes('lost')) await guarded.database.rows(end);
  return works.map((work) => (done.includes(work) ? `${work} together` : undefined));
}

async function write(works: readonly string[]): Promise<void> {
  await guarded.database.rows(insert, [works]);
  await guarded.database.rows(fail, [works]);
}

const entries = () =>
  guarded.sql<Entry & Record<string, unknown>>('SELECT * FROM entries ORDER BY at');
const named = (count: number) => Array.from({ length: count }, (_, at) => `work ${at}`);

describe('tasks that arrive in the same turn', () => {
  test('share a transaction, and each gets its own outcome', async () => {
    const commit = writing();
    const outcomes = await Promise.all(named(20).map((work) => commit.run(work)));
    expect(outcomes).toEqual(named(20).map((work) => `${work} together`));
    const written = await entries();
    expect(written).toHaveLength(20);
    expect(new Set(written.map(({ transaction }) => transaction)).size).toBe(1);
  });

  test('are split where a transaction would become too long', async () => {
    const commit = writing();
    await Promise.all(named(100).map((work) => commit.run(work)));
    expect(groups.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([4, 32, 32, 32]);
    expect(await entries()).toHaveLength(100);
  });

  test('wait for one with the same key, in the order of arrival', async () => {
    const commit = writing();
    const works = ['a:1', 'b:1', 'a:2', 'a:3'];
    await Promise.all(works.map((work) => commit.run(work)));
    expect(groups).toEqual([['a:1', 'b:1'], ['a:2'], ['a:3']]);
  });

  test('do not delay one that arrives while they are in progress', async () => {
    const commit = writing();
    const first = commit.run('first');
    await new Promise(setImmediate);
    await Promise.all([first, commit.run('second')]);
    expect(groups.toSorted()).toEqual([['first'], ['second']]);
  });
});

describe('a task that cannot run with the others', () => {
  test('is done alone if it is left out', async () => {
    const commit = writing();
    const works = ['a', 'b:left out', 'c'];
    const outcomes = await Promise.all(works.map((work) => commit.run(work)));
    expect(outcomes).toEqual(['a together', 'b:left out alone', 'c together']);
    expect(await entries()).toHaveLength(3);
  });

  test('fails alone: what was rolled back with it is done again, and nothing is lost', async () => {
    const commit = writing();
    const works = [...named(10), 'bad', 'last'];
    const outcomes = await Promise.allSettled(works.map((work) => commit.run(work)));
    const failed = works.filter((_, at) => outcomes[at]!.status === 'rejected');
    expect(failed).toEqual(['bad']);
    const written = (await entries()).map(({ work }) => work);
    expect(written.toSorted()).toEqual([...named(10), 'last'].toSorted());
    expect(await commit.run('afterwards')).toBe('afterwards together');
  });

  test('is not done again if its connection was lost', async () => {
    const commit = writing();
    const outcomes = await Promise.allSettled(['a', 'lost'].map((work) => commit.run(work)));
    const unavailable = { status: 'rejected', reason: { code: 'unavailable' } };
    expect(outcomes).toMatchObject([unavailable, unavailable]);
    expect(alone).toEqual([]);
    expect(await commit.run('afterwards')).toBe('afterwards together');
  });
});

describe('a task that waits for a lock', () => {
  test('delays nobody: its group is split up, and only it waits', async () => {
    await guarded.sql(`INSERT INTO entries (work) VALUES ('locked')`);
    const lock = statement(`SELECT 1 FROM entries WHERE work = 'locked' FOR UPDATE`);
    const { database } = guarded;
    const locking = async (works: readonly string[]) => {
      if (works.includes('blocked')) await database.rows(lock);
      await database.rows(insert, [works]);
    };
    const commit = new GroupCommit<string, string>(database, {
      together: (works) =>
        database.transaction(async () => {
          groups.push([...works]);
          await locking(works);
          return works;
        }),
      alone: (work) => database.transaction(() => locking([work])).then(() => `${work} alone`),
    });
    const runner = guarded.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(lock.text);
    let isDone = false;
    const blocked = ['blocked', 'blocked'].map((work) => commit.run(work));
    void blocked[0]!.finally(() => (isDone = true));
    const others = await Promise.all(named(8).map((work) => commit.run(work)));
    const later = await Promise.all(named(40).map((work) => commit.run(work)));
    expect([...others, ...later].filter((outcome) => outcome === undefined)).toEqual([]);
    expect(isDone).toBe(false);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await Promise.all(blocked)).toEqual(['blocked alone', 'blocked alone']);
    expect(await entries()).toHaveLength(51);
  });
});

describe('a group whose COMMIT is lost', () => {
  test('is not repeated, and each of its tasks gets outcome_unknown', async () => {
    await guarded.sql(`CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.work = 'vanishes' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
      RETURN NULL; END $$`);
    await guarded.sql(`CREATE CONSTRAINT TRIGGER vanish AFTER INSERT ON entries
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION vanish()`);
    const commit = writing();
    const outcomes = await Promise.allSettled(['a', 'vanishes'].map((work) => commit.run(work)));
    const unknown = { status: 'rejected', reason: { code: 'outcome_unknown' } };
    expect(outcomes).toMatchObject([unknown, unknown]);
    expect(alone).toEqual([]);
  });
});

describe('a caller with its own transaction or settings', () => {
  test('has its task done in its transaction, and undone with it', async () => {
    const commit = writing();
    const undone = guarded.database.transaction(async () => {
      expect(await commit.run('inside')).toBe('inside alone');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(groups).toEqual([]);
    expect(await entries()).toEqual([]);
  });

  test('has its task done under its settings, which affect nobody else', async () => {
    const commit = writing();
    const settings = { 'test.tenant': 'one' };
    await Promise.all([
      guarded.database.withSettings(settings, () => commit.run('set')),
      commit.run('unset'),
    ]);
    const tenantOf = new Map((await entries()).map(({ work, setting }) => [work, setting || null]));
    expect(Object.fromEntries(tenantOf)).toEqual({ set: 'one', unset: null });
  });
});
