import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Isolation } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
beforeEach(async () => {
  await guarded.sql('TRUNCATE readings');
  await guarded.sql('INSERT INTO readings (id, value) VALUES (1, 10), (2, 20)');
});
afterAll(() => guarded.stop());

const run = (text: string) => guarded.database.rows(statement(text));
const change = (id: number) => run(`UPDATE readings SET value = value + 1 WHERE id = ${id}`);

/** Lets several transactions meet at a point before each goes on. */
function meeting(of: number): () => Promise<void> {
  let open = () => {};
  let missing = of;
  const all = new Promise<void>((resolve) => (open = resolve));
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return all;
  };
}

/** Runs work side by side; returns the codes of the failures. */
async function failures(works: (() => Promise<unknown>)[], isolation?: Isolation) {
  const results = await Promise.allSettled(
    works.map((work) => guarded.database.transaction(work, isolation)),
  );
  return results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
  );
}

describe('under concurrency', () => {
  test('a deadlock becomes concurrent_change, and the other transaction continues', async () => {
    const meet = meeting(2);
    const inOrder = (first: number, second: number) => async () => {
      await change(first);
      await meet();
      await change(second);
    };
    expect(await failures([inOrder(1, 2), inOrder(2, 1)])).toEqual(['concurrent_change']);
    expect(await run('SELECT value FROM readings ORDER BY id')).toEqual([[11], [21]]);
  });

  test('a change overtaken by another transaction becomes concurrent_change', async () => {
    const overtaken = async () => {
      await run('SELECT * FROM readings');
      await guarded.sql('UPDATE readings SET value = 0 WHERE id = 1');
      await change(1);
    };
    expect(await failures([overtaken], 'REPEATABLE READ')).toEqual(['concurrent_change']);
    expect(await failures([overtaken])).toEqual([]);
  });

  test('write skew becomes concurrent_change, even if detected only at COMMIT', async () => {
    const meet = meeting(2);
    const insert = (id: number) => async () => {
      const [[sum]] = (await run('SELECT sum(value)::int FROM readings')) as [[number]];
      await meet();
      await run(`INSERT INTO readings (id, value) VALUES (${id}, ${sum})`);
      await meetAgain();
    };
    const meetAgain = meeting(2);
    expect(await failures([insert(3), insert(4)], 'SERIALIZABLE')).toEqual(['concurrent_change']);
    expect(await run('SELECT value FROM readings WHERE id > 2')).toEqual([[30]]);
  });

  test('a row that another transaction changed as it rolled back becomes concurrent_change', async () => {
    // PostgreSQL raises it by chance, within microseconds of the other's end.
    const racing = (message: string) => async () => {
      await run(`DO $$ BEGIN RAISE '${message}' USING ERRCODE = 'XX000'; END $$`);
    };
    const lost = 'new multixact has more than one updating member: 0 2[7 (nokeyupd), 8 (nokeyupd)]';
    expect(await failures([racing(lost)])).toEqual(['concurrent_change']);
    expect(await failures([racing('unexpected multixact')])).toEqual(['internal']);
  });

  test('a function that two transactions replace becomes concurrent_change', async () => {
    const replace = () =>
      run(`CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    await guarded.sql('GRANT CREATE ON SCHEMA public TO PUBLIC');
    await replace();
    const meet = meeting(2);
    const replacing = async () => {
      await meet();
      await replace();
      await sleep(300);
    };
    expect(await failures([replacing, replacing])).toEqual(['concurrent_change']);
  });

  test('a lock that must not be waited for becomes concurrent_change', async () => {
    const holding = guarded.database.transaction(async () => {
      await change(1);
      const impatient = async () => {
        await guarded.sql('SELECT * FROM readings WHERE id = 1 FOR UPDATE NOWAIT');
      };
      await impatient().catch((error: unknown) => {
        expect(guarded.database.translate(error)).toMatchObject({ code: 'concurrent_change' });
      });
    });
    await holding;
    expect.assertions(1);
  });
});

test('a write is unavailable while the database is read only', async () => {
  const write = guarded.database.transaction(async () => {
    await run('SET TRANSACTION READ ONLY');
    await change(1);
  });
  await expect(write).rejects.toMatchObject({ code: 'unavailable' });
});

test('a statement that takes too long is unavailable', async () => {
  const slow = guarded.database.transaction(async () => {
    await run(`SET LOCAL statement_timeout = '20ms'`);
    await run('SELECT pg_sleep(5)');
  });
  await expect(slow).rejects.toMatchObject({ code: 'unavailable' });
});
