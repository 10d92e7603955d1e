import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDualId, installDualId, removeDualId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { roleNames, urlAs } from '../../support/roles.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';
import { legacies } from './legacies.js';

let database: TestDatabase;
let owner: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  owner = new DataSource({ type: 'postgres', url: urlAs('owner', database.url) });
  await owner.initialize();
  await migrate(installDualId);
  // As the extension uuid-ossp has it.
  await owner.query(`CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql
    AS 'SELECT gen_random_uuid()'`);
});
beforeEach(async () => {
  await owner.query('DROP TABLE IF EXISTS "userAccounts", orders CASCADE');
  await owner.query('DROP SEQUENCE IF EXISTS shared_seq CASCADE');
  // Functions behind triggers are in the schema of the library, and outlive a table.
  for (const one of ['enrol', 'entomb', 'clear', 'name', 'retire']) {
    await owner.query(`DROP FUNCTION IF EXISTS dual_id."userAccounts_${one}"()`);
  }
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

/** Runs steps as a migration does: in one transaction of the owner. */
const migrate = (step: (runner: SchemaRunner) => Promise<unknown>) =>
  owner.transaction(({ queryRunner }) => step(queryRunner!));
const users = {
  table: 'userAccounts',
  type: { id: 300, name: 'user' },
  columns: { id: 'userId', uuid: 'publicUuid' },
};
const adopt = () => migrate((runner) => addDualId(runner, users));
const remove = () => migrate((runner) => removeDualId(runner, users));
const refusal = () => adopt().then(() => 'nothing was refused', String);

const constraints = async () => {
  const rows: { conname: string }[] = await owner.query(
    `SELECT conname FROM pg_constraint WHERE conrelid = '"userAccounts"'::regclass
       AND contype IN ('p', 'u') ORDER BY 1`,
  );
  return rows.map(({ conname }) => conname);
};
/** The unique key of public ids, as the catalog has it. */
const uniqueKey = (): Promise<object[]> =>
  owner.query(`SELECT condeferrable AS "isLate", cardinality(conkey) AS columns
    FROM pg_constraint WHERE conname = 'userAccounts_uuid_uq'`);
const passports = (): Promise<object[]> =>
  owner.query(`SELECT p.entity_id AS id, p.status FROM dual_id.passports p
    JOIN "userAccounts" u ON u."publicUuid" = p.uuid ORDER BY 1, 2`);

describe.each(legacies)('a table %s', (_what, columns, ...more) => {
  beforeEach(async () => {
    await owner.query(`CREATE TABLE "userAccounts" (${columns})`);
    for (const statement of more) await owner.query(statement);
  });

  test('is adopted under the names that the entity maps', async () => {
    await adopt();
    await adopt();
    expect(await constraints()).toEqual(
      expect.arrayContaining(['userAccounts_pk', 'userAccounts_uuid_uq']),
    );
    expect(await uniqueKey()).toEqual([{ isLate: false, columns: 1 }]);
    await owner.query('INSERT INTO "userAccounts" DEFAULT VALUES');
    expect(await passports()).toEqual([{ id: expect.any(String), status: 'active' }]);
    const identity = await owner.query(`SELECT attidentity FROM pg_attribute
      WHERE attrelid = '"userAccounts"'::regclass AND attname = 'userId'`);
    expect(identity).toEqual([{ attidentity: 'd' }]);
  });

  test('is what it was when its ids are removed', async () => {
    const before = await everything();
    await adopt();
    await adopt();
    await remove();
    expect(await everything()).toEqual(before);
  });
});

async function everything() {
  const sequences = await owner.query(`SELECT sequencename, data_type, start_value, min_value,
    max_value, increment_by, cycle, cache_size, last_value FROM pg_sequences
    WHERE schemaname = 'public' ORDER BY 1`);
  return { schema: await schemaSnapshot(owner), sequences };
}

describe('a table with rows', () => {
  beforeEach(async () => {
    await owner.query(
      `CREATE TABLE "userAccounts" ("userId" bigserial PRIMARY KEY, "publicUuid" uuid UNIQUE)`,
    );
    await owner.query(`INSERT INTO "userAccounts" ("publicUuid")
      SELECT CASE WHEN n < 3 THEN gen_random_uuid() END FROM generate_series(1, 3) n`);
  });
  const rows = () => owner.query('SELECT "userId", "publicUuid" FROM "userAccounts" ORDER BY 1');

  test('keeps its ids, gives one to rows without, and goes on from them', async () => {
    const before = await rows();
    await adopt();
    const after = await rows();
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2].publicUuid).toMatch(/^[0-9a-f-]{36}$/);
    await owner.query('INSERT INTO "userAccounts" DEFAULT VALUES');
    expect((await rows()).map(({ userId }: { userId: string }) => userId)).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  test('keeps the ids when they are removed; passports are tombstones until it is adopted again', async () => {
    await adopt();
    const adopted = await rows();
    await remove();
    expect(await rows()).toEqual(adopted);
    const status = (word: string) => ['1', '2', '3'].map((id) => ({ id, status: word }));
    expect(await passports()).toEqual(status('deleted'));
    await adopt();
    expect(await passports()).toEqual(status('active'));
  });

  test('lets a program take from its sequence, before, while and after it has dual ids', async () => {
    await owner.query(
      `GRANT USAGE ON SEQUENCE "userAccounts_userId_seq" TO ${roleNames.application}`,
    );
    const application = new DataSource({
      type: 'postgres',
      url: urlAs('application', database.url),
    });
    await application.initialize();
    const next = async () => {
      const [row] = await application.query(
        `SELECT nextval('"userAccounts_userId_seq"')::int AS id`,
      );
      return row.id as number;
    };
    try {
      expect(await next()).toBe(4);
      await adopt();
      expect(await next()).toBe(5);
      await remove();
      expect(await next()).toBe(6);
    } finally {
      await application.destroy();
    }
  });
});

describe('a key of another type', () => {
  test('that is an integer is refused with statements that widen it and what refers to it', async () => {
    await owner.query(`CREATE TABLE "userAccounts" ("userId" serial PRIMARY KEY)`);
    await owner.query(`CREATE TABLE orders ("placedBy" int REFERENCES "userAccounts",
      "paidBy" bigint REFERENCES "userAccounts")`);
    const refused = await refusal();
    expect(refused).toContain('"userAccounts"."userId" is integer, not bigint');
    const statements = refused.split('\n').filter((line) => line.startsWith('ALTER'));
    expect(statements).toEqual([
      'ALTER TABLE "userAccounts" ALTER COLUMN "userId" TYPE bigint;',
      'ALTER SEQUENCE public."userAccounts_userId_seq" AS bigint;',
      'ALTER TABLE orders ALTER COLUMN "placedBy" TYPE bigint;',
    ]);
    for (const statement of statements) await owner.query(statement);
    await adopt();
    expect(await constraints()).toContain('userAccounts_pk');
  });

  test.each([
    [
      'an identity of integers',
      '"userId" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      'ALTER TABLE "userAccounts" ALTER COLUMN "userId" TYPE bigint;',
    ],
    [
      'a uuid as text',
      `"userId" bigserial PRIMARY KEY, "publicUuid" varchar(36) DEFAULT ''`,
      'ALTER TABLE "userAccounts" ALTER COLUMN "publicUuid" DROP DEFAULT, ALTER COLUMN "publicUuid" TYPE uuid USING "publicUuid"::uuid;',
    ],
    [
      'a sequence of no table',
      `"userId" bigint DEFAULT nextval('shared_seq') PRIMARY KEY`,
      'ALTER SEQUENCE shared_seq OWNED BY "userAccounts"."userId";',
    ],
    [
      'a default of its own',
      `"userId" bigint DEFAULT (random() * 1e9)::bigint PRIMARY KEY`,
      'ALTER TABLE "userAccounts" ALTER COLUMN "userId" DROP DEFAULT;',
    ],
  ])('%s is refused with the statement that is needed', async (_what, columns, statement) => {
    await owner.query('CREATE SEQUENCE shared_seq');
    await owner.query(`CREATE TABLE "userAccounts" (${columns})`);
    const refused = await refusal();
    expect(refused).toContain(statement);
    await owner.query(statement);
    await adopt();
  });

  test('that is a uuid is refused in favour of a guid entity', async () => {
    await owner.query(`CREATE TABLE "userAccounts" ("userId" uuid PRIMARY KEY)`);
    expect(await refusal()).toContain(
      `addGuidId(runner, { table: 'userAccounts', columns: { uuid: 'userId' } })`,
    );
  });
});

describe('a table that lost the memory of what it was', () => {
  test('keeps all columns and keys of its ids', async () => {
    await owner.query('CREATE TABLE "userAccounts" (label text)');
    await adopt();
    await owner.query('COMMENT ON TRIGGER "userAccounts_immutable" ON "userAccounts" IS NULL');
    await adopt();
    await remove();
    expect(await constraints()).toEqual(['userAccounts_pk', 'userAccounts_uuid_uq']);
    await owner.query(`UPDATE "userAccounts" SET "publicUuid" = gen_random_uuid()`);
  });
});

test('an index whose build failed makes no key of a table', async () => {
  await owner.query(
    'CREATE TABLE "userAccounts" ("userId" bigserial PRIMARY KEY, "publicUuid" uuid)',
  );
  const twice = `INSERT INTO "userAccounts" ("publicUuid") VALUES ('c0ffee00-0000-4000-8000-000000000000')`;
  for (const statement of [twice, twice]) await owner.query(statement);
  const build = 'CREATE UNIQUE INDEX CONCURRENTLY broken ON "userAccounts" ("publicUuid")';
  await expect(owner.query(build)).rejects.toMatchObject({ code: '23505' });
  await owner.query('DELETE FROM "userAccounts" WHERE "userId" = 1');
  await adopt();
  const valid = `SELECT indisvalid FROM pg_index WHERE indexrelid = '"userAccounts_uuid_uq"'::regclass`;
  expect(await owner.query(valid)).toEqual([{ indisvalid: true }]);
  await expect(owner.query(twice)).rejects.toMatchObject({ code: '23505' });
});
