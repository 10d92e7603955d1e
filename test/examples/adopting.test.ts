import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { addDualId, DualIdFastifyAdapter, runMigrations } from 'nest-dual-id';
import { diagnose, diagnoseData } from 'nest-dual-id/doctor';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import { root } from '../package/manifest.js';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { migratedFor, urlAs } from '../support/roles.js';
import { schemaSnapshot } from '../support/schema-snapshot.js';
import { blogModule, dataSourceOptions } from './adopting.js';

const page = readFileSync(join(root, 'docs/adopting.md'), 'utf8');
const program = readFileSync(join(root, 'test/examples/adopting.ts'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!);

/** A time-based UUID, as `uuid_generate_v1()` makes them. */
const anna = '6c84fb90-12c4-11e1-840d-7b25c5ee775a';
let database: TestDatabase;
let owner: DataSource;
let legacy: string[];
beforeAll(async () => {
  database = await emptyDatabase();
  const url = urlAs('owner', database.url);
  for (const statements of blocks('sql')) await runSql(url, statements);
  await runSql(
    url,
    `INSERT INTO "users" ("uuid", "displayName", "email") VALUES
       ('${anna}', 'Anna', 'anna@example.com'), (gen_random_uuid(), 'Ben', 'ben@example.com');
     INSERT INTO "blogPosts" ("title", "authorId") SELECT "displayName", "id" FROM "users"`,
  );
  owner = await new DataSource(dataSourceOptions(url)).initialize();
  legacy = await schemaSnapshot(owner);
});
afterAll(async () => {
  await owner.destroy();
  await database.drop();
});

const createApp = async (url: string) => {
  const module = await Test.createTestingModule({ imports: [blogModule(url)] }).compile();
  return module.createNestApplication<NestFastifyApplication>(new DualIdFastifyAdapter());
};
const doctors = async () => {
  const structure = await diagnose({
    dataSource: owner,
    application: () => createApp(urlAs('owner', database.url)),
  });
  return [...structure, ...(await diagnoseData(owner)).findings];
};

test('every program text of the guide is the tested program', () => {
  expect(blocks('ts')).not.toEqual([]);
  for (const text of blocks('ts')) expect(program).toContain(text.trim());
});

test('the statements that the guide shows as output are printed', async () => {
  const statements = page.match(/(?<=')ALTER [^']+(?=')/g)!.filter((one) => !one.includes('FK_'));
  const posts = { table: 'blogPosts' };
  const refused = owner.transaction(async ({ queryRunner }) => {
    await addDualId(queryRunner!, posts);
  });
  const printed = await refused.then(() => '', String);
  expect(statements).toHaveLength(2);
  for (const one of statements) expect(printed).toContain(`${one};`);
});

describe('after the migration of the guide', () => {
  beforeAll(() => runMigrations(owner));

  test('the doctors find nothing', async () => {
    expect(await doctors()).toEqual([]);
  });

  test('no statement is left for migration:generate', async () => {
    const { upQueries } = await owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('a foreign key with its old name is reported with the statement of the guide', async () => {
    const [forth, back] = page.match(/(?<=')ALTER [^']+RENAME [^']+(?=')/g)!;
    await owner.query(back!);
    const found = await doctors();
    await owner.query(forth!);
    expect(found).toEqual([
      expect.objectContaining({
        code: 'schema_drift',
        fix: expect.stringContaining(`${forth};`),
      }),
    ]);
  });

  test('the application serves the existing rows, and new ones', async () => {
    const app = await createApp(await migratedFor(database.url, async () => undefined));
    try {
      await app.listen(0, '127.0.0.1');
      const url = await app.getUrl();
      const user = await fetch(`${url}/users/${anna}`);
      expect(await user.json()).toMatchObject({ uuid: anna, displayName: 'Anna' });
      const created = await post(url, 'New');
      expect(created.status).toBe(201);
      const found = await fetch(`${url}/posts?authorUuid=${anna}`);
      const { items } = (await found.json()) as { items: { title: string }[] };
      expect(items.map(({ title }) => title)).toEqual(['Anna', 'New']);
    } finally {
      await app.close();
    }
  });

  test('no internal id leaves or enters', async () => {
    const app = await createApp(urlAs('owner', database.url));
    const seed = async () => {
      await owner.query(`INSERT INTO "users" ("uuid", "displayName", "email") VALUES
        (gen_random_uuid(), 'Cleo', 'cleo@example.com'), (gen_random_uuid(), 'Dan', 'dan@example.com')`);
      await owner.query(`INSERT INTO "blogPosts" ("title", "authorId")
        SELECT "displayName", "id" FROM "users" ORDER BY "id" DESC LIMIT 2`);
    };
    await expectNoInternalIds(app, { seed }).finally(() => app.close());
  });

  test('its revert restores the tables, except for the width of the key', async () => {
    const rows = 'SELECT "id", "title", "authorId" FROM "blogPosts" ORDER BY 1';
    const before = await owner.query(rows);
    await owner.undoLastMigration();
    const wide = legacy.map((line) =>
      line.replace(/^(public\.blogPosts\.id\s+)integer/, '$1bigint'),
    );
    const own = (lines: string[]) => lines.filter((line) => !line.includes('dual_id'));
    const after = await schemaSnapshot(owner);
    expect(own(after)).toEqual(expect.arrayContaining(own(wide)));
    expect(after.filter((line) => /users|blogPosts/.test(line))).toEqual(
      wide.filter((line) => /users|blogPosts/.test(line)),
    );
    expect(await owner.query(rows)).toEqual(before);
    expect(await owner.query('SELECT DISTINCT status FROM dual_id.passports')).toEqual([
      { status: 'deleted' },
    ]);
  });
});

const post = (url: string, title: string) =>
  fetch(`${url}/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title, authorUuid: anna }),
  });
