import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, Inject, Post, UseFilters, Catch } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import { Database, GroupCommit, ReturnsNothing, statement } from 'nest-dual-id';
import { Reads } from '../../../src/core/http/route-description.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';
import { migratedFor } from '../../support/roles.js';
import { freshDatabase } from '../../support/database.js';

const rest = statement('SELECT pg_sleep(1)');
const long = statement('SELECT pg_sleep(30)');
const write = statement('INSERT INTO visits (name) VALUES ($1)');

/** The exceptions seen by the application's filter. */
let seen: unknown[] = [];

@Catch()
class NotingFilter implements ExceptionFilter {
  catch(error: unknown): void {
    seen.push(error);
  }
}

@Controller('tasks')
@UseFilters(NotingFilter)
class WorkController {
  readonly #group: GroupCommit<string, true>;

  constructor(@Inject(Database) private readonly database: Database) {
    this.#group = new GroupCommit<string, true>(database, {
      together: async (names) =>
        database.transaction(async () => {
          await database.rows(rest);
          for (const name of names) await database.execute(write, [name]);
          return names.map(() => true as const);
        }),
      alone: async () => true,
    });
  }

  @Post('statement')
  @ReturnsNothing()
  async statement(): Promise<void> {
    await this.database.rows(long);
  }

  @Post('transaction')
  @ReturnsNothing()
  async transaction(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.execute(write, ['undone']);
      await this.database.rows(long);
    });
  }

  @Post('between')
  @ReturnsNothing()
  async between(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.execute(write, ['between']);
      await new Promise((resolve) => setTimeout(resolve, 400));
      await this.database.execute(write, ['between']);
    });
  }

  @Post('commit')
  @ReturnsNothing()
  async commit(): Promise<void> {
    await this.database.transaction(() => this.database.execute(write, ['slow commit']));
  }

  @Post('behind')
  @ReturnsNothing()
  async behind(): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.execute(write, ['work']);
      this.database.afterCommit(() => this.#writeLater('after commit'));
      void this.database.outside(() => this.#writeLater('outside'));
    });
    this.database.afterCommit(() => this.#writeLater('at once'));
    await this.database.rows(long);
  }

  async #writeLater(name: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await this.database.transaction(() => this.database.execute(write, [name]));
  }

  @Post('keyed')
  @Reads({
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A key.',
    schema: { type: 'string' },
  })
  @ReturnsNothing()
  async keyed(): Promise<void> {
    await this.database.rows(rest);
    await this.database.execute(write, ['keyed']);
  }

  @Post('group')
  @ReturnsNothing()
  async group(): Promise<void> {
    await this.#group.run('grouped');
  }

  @Get('read')
  @ReturnsNothing()
  async read(): Promise<void> {
    await this.database.rows(rest);
    await this.database.execute(write, ['read']);
  }
}

const slowCommits = `CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.name = 'slow commit' THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER rest AFTER INSERT ON visits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rest()`;

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  const url = await migratedFor(database.url, async (runner) => {
    await runner.query('CREATE TABLE visits (name text)');
    await runner.query(slowCommits);
  });
  api = await startApi({ url, entities: [], controllers: [WorkController] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(() => {
  seen = [];
});
afterEach(() => sql('TRUNCATE visits'));

const sql = (text: string) => runSql(database.url, text);
const visits = () => runSql<{ name: string }>(database.url, 'SELECT name FROM visits');
const sleeping = `SELECT pid FROM pg_stat_activity
  WHERE state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()`;
const cancels = () => api.app.get(Database).counts()['cancels']!;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('It did not come about within 5 s.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends a request and disconnects once the server works on it. */
async function leave(method: string, path: string, headers: Record<string, string> = {}) {
  const { port } = api.app.getHttpServer().address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, method, path: `/tasks/${path}`, headers });
  sent.on('error', () => undefined);
  sent.end();
  await until(async () => (await sql(sleeping)).length > 0);
  sent.destroy();
}

const untilIdle = () => until(async () => (await sql(sleeping)).length === 0);

describe('a client that leaves', () => {
  test.each(['statement', 'transaction'])(
    'cancels its %s, and nothing is written',
    async (path) => {
      const before = cancels();
      const start = performance.now();
      await leave('POST', path);
      await untilIdle();
      expect(performance.now() - start).toBeLessThan(10_000);
      expect(cancels()).toBe(before + 1);
      expect(await visits()).toEqual([]);
      await until(async () => seen.length === 1);
      expect(seen).toEqual([expect.objectContaining({ code: 'unavailable' })]);
    },
  );

  test('between two statements ends the transaction at the next', async () => {
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/tasks/between' });
    sent.on('error', () => undefined);
    sent.end();
    const idle = `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'
      AND datname = current_database()`;
    await until(async () => (await sql(idle)).length > 0);
    sent.destroy();
    await until(async () => seen.length === 1);
    expect(await visits()).toEqual([]);
  });

  test('after COMMIT was sent cancels nothing', async () => {
    const before = cancels();
    await leave('POST', 'commit');
    await untilIdle();
    expect([cancels(), await visits()]).toEqual([before, [{ name: 'slow commit' }]]);
  });

  test('cancels nothing that follows a commit, or runs outside on purpose', async () => {
    await leave('POST', 'behind');
    await until(async () => seen.length === 1);
    await until(async () => (await visits()).length === 4);
    expect((await visits()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['work', 'after commit', 'outside', 'at once']),
    );
  });

  test('with an Idempotency-Key cancels nothing, because it may return', async () => {
    await leave('POST', 'keyed', { 'Idempotency-Key': 'a' });
    await until(async () => (await visits()).length === 1);
  });

  test('cancels its work anyway if the route takes no such key', async () => {
    const before = cancels();
    await leave('POST', 'statement', { 'Idempotency-Key': 'a' });
    await untilIdle();
    expect(cancels()).toBe(before + 1);
  });

  test('cancels nothing shared with others', async () => {
    await leave('POST', 'group');
    await until(async () => (await visits()).length === 1);
  });

  test('cancels no read', async () => {
    await leave('GET', 'read');
    await until(async () => (await visits()).length === 1);
  });

  test('leaves working connections', async () => {
    for (let round = 0; round < 15; round += 1) await leave('POST', 'statement');
    await untilIdle();
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => api.app.get(Database).execute(write, ['x'])));
    expect(await visits()).toHaveLength(6);
  });
});
