import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addRecordType, installDualId, runMigrations } from 'nest-dual-id';
import type { RowsToEnroll } from 'nest-dual-id/registry';
import { enrollRows } from 'nest-dual-id/registry';
import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';

let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await emptyDatabase();
  url = urlAs('owner', database.url);
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await addRecordType(runner, { id: 70, name: 'campaign' });
    await addRecordType(runner, { id: 72, name: 'slogan', uniqueNames: true });
  });
  await source.destroy();
  await sql(`CREATE TABLE campaigns (id bigserial PRIMARY KEY, title text,
    master_id bigint REFERENCES dual_id.passports (id), seen integer)`);
  await sql(
    `INSERT INTO campaigns (title) SELECT 'Campaign ' || n FROM generate_series(1, 3000) n`,
  );
});
afterEach(() => database.drop());

const sql = <Row extends object = Record<string, unknown>>(text: string) => runSql<Row>(url, text);
const campaigns = { table: 'campaigns', type: 'campaign', namedBy: ['title'] } as const;

/** Enrolls in a connection of its own, which tells its process on the server. */
async function enroll(rows: RowsToEnroll, told: (pid: number) => void = () => undefined) {
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  const runner = source.createQueryRunner();
  try {
    const [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
    told(pid);
    await enrollRows(runner, rows);
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Rows, passports, and rows whose passport is theirs alone and has their name. */
const counts = async () => {
  const [found] = await sql(`SELECT (SELECT count(*)::int FROM campaigns) AS rows,
    (SELECT count(*)::int FROM dual_id.passports) AS passports,
    (SELECT count(DISTINCT p.id)::int FROM campaigns c JOIN dual_id.passports p
      ON p.id = c.master_id AND p.name IS NOT DISTINCT FROM c.title) AS linked`);
  return found;
};

describe('rows without a passport', () => {
  test('each get a record with their name, and both its ids where there is a column', async () => {
    await sql('ALTER TABLE campaigns ADD COLUMN master_uuid uuid');
    await sql(`INSERT INTO campaigns (title) VALUES (NULL), ('It''s "new" {1,2}')`);
    await enroll({ ...campaigns, size: 700 });
    expect(await counts()).toEqual({ rows: 3002, passports: 3002, linked: 3002 });
    expect(
      await sql(`SELECT bool_and(p.uuid = c.master_uuid AND p.platform_type_id = 70) AS same
        FROM campaigns c JOIN dual_id.passports p ON p.id = c.master_id`),
    ).toEqual([{ same: true }]);
  });

  test('are enrolled once, and those that have a passport keep it', async () => {
    await enroll(campaigns);
    const before = await sql('SELECT id, master_id FROM campaigns ORDER BY id');
    await sql(`INSERT INTO campaigns (title) VALUES ('one more')`);
    await enroll(campaigns);
    expect(await counts()).toEqual({ rows: 3001, passports: 3001, linked: 3001 });
    const after = await sql('SELECT id, master_id FROM campaigns WHERE id <= 3000 ORDER BY id');
    expect(after).toEqual(before);
  });

  test('are found by a key of any name and type, in any schema', async () => {
    await sql(`CREATE SCHEMA "Sales"; CREATE TABLE "Sales"."Ad ""Lines""" (
      "ad Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "masterId" bigint, "masterUuid" uuid)`);
    await sql(`INSERT INTO "Sales"."Ad ""Lines""" SELECT FROM generate_series(1, 250)`);
    await enroll({
      table: 'Ad "Lines"',
      schema: 'Sales',
      type: 'campaign',
      key: 'ad Id',
      masterColumn: 'masterId',
      uuidColumn: 'masterUuid',
      size: 60,
    });
    expect(
      await sql(`SELECT count(DISTINCT p.id)::int AS linked FROM dual_id.passports p
        JOIN "Sales"."Ad ""Lines""" l ON (l."masterId", l."masterUuid") = (p.id, p.uuid)`),
    ).toEqual([{ linked: 250 }]);
  });
});

describe('an enrollment', () => {
  test('and another one at once, among writers, give each row one passport', async () => {
    const work = { isDone: false };
    const writer = async (statement: string) => {
      while (!work.isDone) await sql(statement);
    };
    const random = 'WHERE id IN (SELECT (random() * 3000)::int FROM generate_series(1, 40))';
    const writers = [
      writer(`UPDATE campaigns SET seen = coalesce(seen, 0) + 1 ${random}`),
      writer(`INSERT INTO campaigns (title) VALUES ('meanwhile')`),
      writer(`WITH made AS (SELECT p.id FROM dual_id.create_records(
          ARRAY[gen_random_uuid()], ARRAY[70]::smallint[], ARRAY['own'], ARRAY[NULL]) p)
        INSERT INTO campaigns (title, master_id) SELECT 'own', id FROM made`),
    ];
    const runs = [1, 2].map(() => enroll({ ...campaigns, size: 50 }));
    await Promise.all(runs).finally(() => (work.isDone = true));
    await Promise.all(writers);
    await enroll(campaigns);
    const found = await counts();
    expect(found).toEqual({
      rows: found!['rows'],
      passports: found!['rows'],
      linked: found!['rows'],
    });
    expect(found!['rows']).toBeGreaterThan(3000);
    expect(await sql('SELECT sum(seen) > 0 AS updated FROM campaigns')).toEqual([
      { updated: true },
    ]);
  });

  test('that was killed left no record without its row, and the next one does the rest', async () => {
    await sql(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(0.0005); RETURN NEW; END'`);
    await sql(`CREATE TRIGGER slow BEFORE UPDATE ON campaigns FOR EACH ROW
      EXECUTE FUNCTION slow()`);
    let pid = 0;
    const killed = enroll({ ...campaigns, size: 500 }, (told) => (pid = told)).then(
      () => 'done',
      () => 'killed',
    );
    for (let linked = 0; linked === 0;) {
      const [row] = await sql<{ linked: number }>(
        'SELECT count(master_id)::int AS linked FROM campaigns',
      );
      ({ linked } = row!);
    }
    await sql(`SELECT pg_terminate_backend(${pid})`);
    expect(await killed).toBe('killed');
    const between = await counts();
    expect(between!['linked']).toBeLessThan(3000);
    expect(between!['passports']).toBe(between!['linked']);
    await sql('DROP TRIGGER slow ON campaigns');
    await enroll(campaigns);
    expect(await counts()).toEqual({ rows: 3000, passports: 3000, linked: 3000 });
  });
});

describe('what cannot be enrolled', () => {
  const refused: readonly [string, Partial<RowsToEnroll>, string | RegExp][] = [
    ['a kind that nobody added', { type: 'pattern' }, /no kind of records called pattern\. Add it/],
    ['a table without the column', { masterColumn: 'owner' }, /has no column owner\. Name it as/],
    ['a batch of nothing', { size: 0 }, /A batch of campaigns has 0 rows/],
  ];
  test.each(refused)('is %s', async (_, change, says) => {
    await expect(enroll({ ...campaigns, ...change })).rejects.toThrow(says);
    expect(await counts()).toMatchObject({ passports: 0 });
  });

  test('are two rows of one name, where names are unique', async () => {
    await sql(`UPDATE campaigns SET title = 'twice' WHERE id < 3`);
    const slogans = { ...campaigns, type: 'slogan', size: 10 };
    await expect(enroll(slogans)).rejects.toMatchObject({
      code: 'setup_refused',
      message: expect.stringContaining('Two rows of campaigns would give records of the kind'),
    });
    expect(await counts()).toMatchObject({ passports: 0 });
  });

  test('are rows that a policy hides from the role', async () => {
    await sql(`ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
    await sql(`CREATE POLICY few ON campaigns USING (id < 10)`);
    await expect(enroll(campaigns)).rejects.toThrow(
      /Row-level security would hide rows of campaigns/,
    );
    expect(await runSql(database.url, 'SELECT count(*)::int AS n FROM dual_id.passports')).toEqual([
      { n: 0 },
    ]);
  });

  test('is anything in a migration that is one transaction', async () => {
    class Enroll1780000000000 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await enrollRows(runner, campaigns);
      }
      async down(): Promise<void> {}
    }
    await expect(
      runMigrations(new DataSource({ type: 'postgres', url, migrations: [Enroll1780000000000] })),
    ).rejects.toThrow('enrollRows cannot run in a transaction. Declare `transaction = false`');
  });
});
