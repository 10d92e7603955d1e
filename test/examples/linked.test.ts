import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addRecordType, dualIdDataSource, installDualId, runMigrations } from 'nest-dual-id';
import { diagnose, diagnoseData } from 'nest-dual-id/doctor';
import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import { dualId } from '../cli/command.js';
import { root } from '../package/manifest.js';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { Campaign, EnrollCampaigns1780000200000, LinkCampaigns1780000300000 } from './linked.js';

const page = readFileSync(join(root, 'docs/conversion.md'), 'utf8');
const section = /## The public id of a passport\n([^]*?)\n## /.exec(page)![1]!;
const program = readFileSync(join(root, 'test/examples/linked.ts'), 'utf8');
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(
    ([, text]) => text!,
  );
const [planned, ran, contracted] = blocks('sh').flatMap((text) => text.trim().split('\n'));

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await emptyDatabase();
  url = urlAs('owner', database.url);
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await addRecordType(runner, { id: 70, name: 'campaign' });
  });
  await source.destroy();
  for (const statements of blocks('sql')) await runSql(url, statements);
  await runSql(
    url,
    `INSERT INTO campaigns (title, master_id) SELECT 'known', p.id FROM dual_id.create_records(
       ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 20)), array_fill(70::smallint, ARRAY[20]),
       array_fill('known'::text, ARRAY[20]), array_fill(NULL::text, ARRAY[20])) p;
     INSERT INTO campaigns (title) SELECT 'Campaign ' || n FROM generate_series(1, 300) n`,
  );
});
afterAll(() => database.drop());

const migrate = (...migrations: (new () => MigrationInterface)[]) =>
  runMigrations(new DataSource(dualIdDataSource({ url, entities: [Campaign], migrations })));

async function run(command: string | undefined, ...more: string[]) {
  const words = command!.replace('npx dual-id ', '').split(' ');
  return dualId([...words, ...more], { env: { OWNER_DATABASE_URL: url } });
}

test('every program text of the section is the tested program', () => {
  for (const text of blocks('ts')) expect(program).toContain(text.trimEnd());
});

test('the plan counts rows without a passport, until they are enrolled', async () => {
  expect((await run(planned)).out).toContain(
    '300 rows of "public"."campaigns" have no passport, for their master_id is null, and get no master_uuid. Enroll them before, in batches, with enrollRows of nest-dual-id/registry.',
  );
  await migrate(EnrollCampaigns1780000200000);
  expect((await run(planned)).out).not.toContain('no passport');
});

test('the link leaves nothing for migration:generate, nor for the doctors', async () => {
  expect(await run(ran)).toMatchObject({ code: 0 });
  expect(await run(contracted, '--yes')).toMatchObject({ code: 0 });
  await migrate(EnrollCampaigns1780000200000, LinkCampaigns1780000300000);
  const migrations = [EnrollCampaigns1780000200000, LinkCampaigns1780000300000];
  const options = dualIdDataSource({ url, entities: [Campaign], migrations });
  const source = await new DataSource(options).initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await diagnose({ dataSource: source })).toEqual([]);
    expect((await diagnoseData(source)).findings).toEqual([]);
    expect(await source.getRepository(Campaign).count()).toBe(320);
  } finally {
    await source.destroy();
  }
});
