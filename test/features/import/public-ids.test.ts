import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDualId } from 'nest-dual-id';
import { defineImportPlan } from 'nest-dual-id/import';
import type { ImportColumn, ImportFile } from 'nest-dual-id/import';
import { askAlone, importAlone } from './alone.js';
import type { Trial } from './both-ways.js';
import { outcomeAlone, outcomeBeside } from './both-ways.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  const runner = { query: async (text: string) => (await bench.pool.query(text)).rows };
  await sql('CREATE TABLE horses (name text UNIQUE)');
  await addDualId(runner, { table: 'horses', type: { id: 61, name: 'horse' }, startWith: 1000 });
  await sql('CREATE TABLE rides (day date, horse_id bigint NOT NULL REFERENCES horses (id))');
  await addDualId(runner, { table: 'rides', type: { id: 62, name: 'ride' }, startWith: 1000 });
});
afterAll(async () => bench.close());

const sql = (text: string) => askAlone(bench.url, text);

const horses: ImportFile = {
  file: 'horses.csv',
  table: 'horses',
  startWith: 1000,
  columns: {
    id: { from: 'id', type: 'id' },
    uuid: { from: 'uuid', type: 'publicId' },
    name: { from: 'name', type: 'text' },
  },
};
const plan = defineImportPlan({ name: 'horses', files: [horses] });
const withColumn = (uuid: ImportColumn) => ({ ...horses, columns: { ...horses.columns, uuid } });

const [anna, bert, carl] = [randomUUID(), randomUUID(), randomUUID()];
const [gone, stranger] = [randomUUID(), randomUUID()];
const csv = (...lines: string[]) => ({ 'horses.csv': `id,uuid,name\n${lines.join('\n')}\n` });

const after = `SELECT h.id, h.uuid, h.name, p.status, p.entity_id FROM horses h
  LEFT JOIN dual_id.passports p ON p.uuid = h.uuid ORDER BY h.id`;
const row = (id: number, uuid: string, name: string) => ({
  id: String(id),
  uuid,
  name,
  status: 'active',
  entity_id: String(id),
});

/** A database as before: passports stay, and no test may know those of another. */
const empty = 'TRUNCATE horses, rides; DELETE FROM dual_id.imported_files';
const fresh = async () => {
  await sql(empty);
  // A superuser alone forgets what was there.
  await bench.rows(`SET session_replication_role = replica;
    DELETE FROM dual_id.passports WHERE platform_type_id IN (61, 62);
    RESET session_replication_role`);
};

const bothWays = async (trial: Omit<Trial, 'plan' | 'after'>) => {
  await fresh();
  const direct = await outcomeAlone(bench, { plan, after, ...trial });
  await fresh();
  const judged = await outcomeBeside(bench, { plan, after, ...trial });
  expect(direct).toEqual(judged);
  return judged;
};

describe('an import of public ids that are there', () => {
  test('keeps them, with their passports, however it is made and made again', async () => {
    const files = csv(`1,${anna.toUpperCase()},Anna`, `2,${bert},Bert`);
    const { rows } = await bothWays({ files, before: 'SELECT 1' });
    expect(rows).toEqual([row(1, anna, 'Anna'), row(2, bert, 'Bert')]);
    expect(figures(await importAlone(bench, plan, files))).toEqual({ 'horses.csv': [2, 0, 0, 2] });
    expect(await sql(after)).toEqual(rows);
  });

  test('rejects a row whose public id stands above it, is a row’s, or is in the registry', async () => {
    const before = `
      INSERT INTO horses (id, uuid, name) VALUES (5, '${carl}', 'Carl'), (6, '${gone}', 'Gone');
      DELETE FROM horses WHERE id = 6;
      INSERT INTO rides (id, uuid, horse_id) VALUES (1, '${stranger}', 5)`;
    const { rejects, rows } = await bothWays({
      before,
      files: csv(
        `1,${anna},Anna`,
        `2,${anna},Twin`,
        `3,${carl},Copy`,
        `4,${stranger},Ride`,
        `6,${gone},Gone`,
        `5,${bert},Carl`,
        `7,${bert},Bert`,
      ),
    });
    expect(rejects).toEqual([
      `horses.csv,3,repeats line 2: uuid,"2,${anna},Twin"`,
      `horses.csv,4,uuid is taken by a row that is there,"3,${carl},Copy"`,
      `horses.csv,5,uuid is the public id of something else,"4,${stranger},Ride"`,
      `horses.csv,6,uuid was the public id of something that is deleted,"6,${gone},Gone"`,
      `horses.csv,7,differs from what is there: uuid,"5,${bert},Carl"`,
    ]);
    expect(rows).toEqual([row(1, anna, 'Anna'), row(5, carl, 'Carl'), row(7, bert, 'Bert')]);
  });

  test('rejects a row with the public id of another table where its own table is empty', async () => {
    const { rejects, rows } = await bothWays({
      before: `INSERT INTO horses (id, uuid, name) VALUES (5, '${carl}', 'Carl'); DELETE FROM horses`,
      files: csv(`1,${anna},Anna`, `2,${carl},Carl`),
    });
    expect(rejects).toEqual([
      `horses.csv,3,uuid was the public id of something that is deleted,"2,${carl},Carl"`,
    ]);
    expect(rows).toEqual([row(1, anna, 'Anna')]);
  });

  test('rejects a row whose public id is taken once it was checked', async () => {
    await sql(`CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO rides (uuid, horse_id) VALUES (NEW.uuid, 1); RETURN NEW; END $$`);
    await sql(`CREATE TRIGGER take BEFORE INSERT ON horses FOR EACH ROW
      WHEN (NEW.name = 'Carl') EXECUTE FUNCTION take()`);
    const { rejects, rows } = await bothWays({
      before: `SELECT 1`,
      files: csv(`1,${anna},Anna`, `2,${carl},Carl`, `3,${bert},Bert`),
    });
    await sql('DROP FUNCTION take CASCADE');
    expect(rejects).toEqual([
      `horses.csv,3,uuid is the public id of something else,"2,${carl},Carl"`,
    ]);
    expect(rows).toEqual([row(1, anna, 'Anna'), row(3, bert, 'Bert')]);
  });

  test('rejects a row whose public id the product does not take', async () => {
    const nil = '00000000-0000-0000-0000-000000000000';
    const max = nil.replaceAll('0', 'f');
    const version7 = '0190163d-8694-7afa-9c1d-1f0b0c7c1f3a';
    const files = csv(
      `1,${nil},A`,
      `2,${max},B`,
      `3,${version7},C`,
      '4,7,D',
      '5,,E',
      `6,${anna},F`,
    );
    const { rejects } = await bothWays({ files, before: 'SELECT 1' });
    expect(rejects).toEqual([
      `horses.csv,2,uuid is not a UUID of version 4,"1,${nil},A"`,
      `horses.csv,3,uuid is not a UUID of version 4,"2,${max},B"`,
      `horses.csv,4,uuid is not a UUID of version 4,"3,${version7},C"`,
      'horses.csv,5,uuid is not a UUID,"4,7,D"',
      'horses.csv,6,uuid is empty,"5,,E"',
    ]);
    const both = defineImportPlan({
      name: 'horses',
      files: [withColumn({ from: 'uuid', type: 'publicId', acceptUuidVersions: [4, 7] })],
    });
    const report = await importAlone(bench, both, files);
    expect(figures(report)).toEqual({ 'horses.csv': [6, 1, 4, 1] });
  });

  test('finds rows by them where there is no other id', async () => {
    const { id: _, ...columns } = horses.columns;
    const byPublicId = defineImportPlan({
      name: 'horses',
      files: [{ ...horses, key: ['uuid'], columns }],
    });
    await fresh();
    const files = csv(`1,${anna},Anna`, `2,${bert},Bert`);
    await importAlone(bench, byPublicId, files);
    const changed = csv(`1,${anna},Anna`, `2,${bert},Berta`);
    const report = await importAlone(bench, byPublicId, changed);
    expect(figures(report)).toEqual({ 'horses.csv': [2, 0, 1, 1] });
    expect(await rejectsOf(report)).toEqual([
      `horses.csv,3,differs from what is there: name,"2,${bert},Berta"`,
    ]);
  });

  test('lets children refer to them, in the same import', async () => {
    const rides: ImportFile = {
      file: 'rides.csv',
      table: 'rides',
      startWith: 1000,
      columns: {
        id: { from: 'id', type: 'id' },
        day: { from: 'day', type: 'date' },
        horse_id: { from: 'horse', type: 'publicReference', to: 'horses' },
      },
    };
    await fresh();
    const both = defineImportPlan({ name: 'horses', files: [horses, rides] });
    const report = await importAlone(bench, both, {
      ...csv(`8,${anna},Anna`, `9,${anna},Twin`),
      'rides.csv': `id,day,horse\n1,2024-05-06,${anna}\n2,2024-05-06,${bert}\n`,
    });
    expect(await rejectsOf(report)).toEqual([
      `horses.csv,3,repeats line 2: uuid,"9,${anna},Twin"`,
      `rides.csv,3,horse refers to a row that is not in horses,"2,2024-05-06,${bert}"`,
    ]);
    expect(await sql('SELECT id, day::text, horse_id FROM rides')).toEqual([
      { id: '1', day: '2024-05-06', horse_id: '8' },
    ]);
  });
});

test.each<[string, Partial<ImportFile>, string]>([
  [
    'may be blank',
    withColumn({ from: 'uuid', type: 'publicId', nullable: true }),
    'has a public id that may be blank. Leave',
  ],
  [
    'is made up where its file is absent',
    { optional: true, placeholders: { name: { constant: 'x' } } },
    'has placeholders, which get new public ids, beside public ids that its file keeps. Leave',
  ],
  [
    'has a version that there is not',
    withColumn({ from: 'uuid', type: 'publicId', acceptUuidVersions: [4, 9] }),
    'has the acceptUuidVersions 4, 9. Name',
  ],
])('a plan with a public id that %s is refused', (_, change, problem) => {
  expect(() => defineImportPlan({ name: 'x', files: [{ ...horses, ...change }] })).toThrow(
    `The plan for horses.csv ${problem}`,
  );
});

test('a plan that keeps public ids in a column that is not unique is refused', async () => {
  await sql('CREATE TABLE ponies (id bigint PRIMARY KEY, uuid uuid, name text)');
  const ponies = defineImportPlan({ name: 'ponies', files: [{ ...horses, table: 'ponies' }] });
  await expect(importAlone(bench, ponies, csv(`1,${anna},Anna`))).rejects.toThrow(
    'No unique index of ponies covers the public id uuid of the plan. Add one.',
  );
});
