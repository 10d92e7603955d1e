import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDualId } from 'nest-dual-id';
import { defineImportPlan, importFolder } from 'nest-dual-id/import';
import { severedPool } from './severed.js';
import type { Workbench } from './workbench.js';
import { figures, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  const runner = { query: async (text: string) => (await bench.pool.query(text)).rows };
  await runner.query('CREATE TABLE horses (name text)');
  await addDualId(runner, { table: 'horses', type: { id: 61, name: 'horse' }, startWith: 1000 });
  await runner.query('CREATE TABLE rides (horse_id bigint NOT NULL REFERENCES horses (id))');
  await addDualId(runner, { table: 'rides', type: { id: 62, name: 'ride' }, startWith: 1000 });
});
afterAll(async () => bench.close());

const id = { from: 'id', type: 'id' } as const;
const uuid = { from: 'uuid', type: 'publicId' } as const;
const plan = defineImportPlan({
  name: 'horses',
  files: [
    {
      file: 'horses.csv',
      table: 'horses',
      startWith: 1000,
      columns: { id, uuid, name: { from: 'name', type: 'text' } },
    },
    {
      file: 'rides.csv',
      table: 'rides',
      startWith: 1000,
      columns: { id, uuid, horse_id: { from: 'horse', type: 'publicReference', to: 'horses' } },
    },
  ],
});
const horses = [randomUUID(), randomUUID()];
const rides = [randomUUID(), randomUUID()];
const lines = (head: string, uuids: string[], ends: string[]) =>
  `${head}\n${uuids.map((one, at) => `${at + 1},${one},${ends[at]}`).join('\n')}\n`;
const files = {
  'horses.csv': lines('id,uuid,name', horses, ['Anna', 'Bert']),
  'rides.csv': lines('id,uuid,horse', rides, horses.toReversed()),
};

test('an import torn at any commit keeps public ids, and ends with each of them once', async () => {
  let commits = 1;
  for (let isTorn = true; isTorn; commits += 1) {
    await bench.rows(`TRUNCATE horses, rides; DELETE FROM dual_id.imported_files;
      SET session_replication_role = replica;
      DELETE FROM dual_id.passports WHERE platform_type_id IN (61, 62);
      RESET session_replication_role`);
    for (const when of ['before', 'after'] as const) {
      let seen = 0;
      const database = severedPool(
        bench.url,
        (moment) => moment.sql === 'COMMIT' && moment.when === when && (seen += 1) === commits,
      );
      const folder = await bench.folder(files);
      const importing = importFolder({ database, plan, folder, options: { rejects: folder } });
      isTorn = (await importing.then(() => 'done', String)) !== 'done';
      await database.end();
    }
    const report = await bench.import(plan, files);
    const rejected = Object.values(figures(report)).map(([, , count]) => count);
    expect(rejected).toEqual([0, 0]);
    const kept = await bench.rows(`SELECT p.uuid, p.entity_id::int AS id, p.status
      FROM dual_id.passports p WHERE platform_type_id IN (61, 62)
      ORDER BY platform_type_id, entity_id`);
    expect(kept).toEqual(
      [...horses, ...rides].map((one, at) => ({ uuid: one, id: (at % 2) + 1, status: 'active' })),
    );
  }
  expect(commits).toBeGreaterThan(3);
}, 120_000);
