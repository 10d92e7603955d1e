import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { defineImportPlan, importFolder, importStream } from 'nest-dual-id/import';
import type { ImportColumn, ImportFile, ImportReport } from 'nest-dual-id/import';
import { noise } from '../../support/noise.js';
import { askAlone, importAlone } from './alone.js';
import { kinds } from './refusal-kinds.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  await sql(`CREATE DOMAIN even AS numeric CHECK (value % 2 = 0)`);
  await sql(`CREATE DOMAIN brief AS varchar(5)`);
  await sql(`CREATE DOMAIN whole AS smallint`);
  await sql('CREATE EXTENSION IF NOT EXISTS btree_gist');
  await sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.label = 'bad' THEN RAISE EXCEPTION 'no bad parts' USING ERRCODE = TG_ARGV[0]; END IF;
    RETURN NEW; END $$`);
});
beforeEach(() => sql('DROP TABLE IF EXISTS parts, makers'));
afterAll(() => bench.close());

const sql = (text: string) => askAlone(bench.url, text);
const file = 'parts.csv';

/** Ways into a table: alone and directly, alone and checked, beside others, and as a stream. */
const paths = ['direct', 'without keys', 'with keys', 'stream'] as const;

function planOf(path: (typeof paths)[number], more: Partial<ImportFile> = {}) {
  const derived: Record<string, ImportColumn> =
    path === 'direct' ? {} : { note: { sql: `upper('n')` } };
  const columns: Record<string, ImportColumn> = {
    id: { from: 'id', type: 'id' },
    label: { from: 'label', type: 'text' },
    size: { from: 'size', type: 'numeric', nullable: true },
    ...derived,
  };
  return defineImportPlan({ name: 'parts', files: [{ file, table: 'parts', columns, ...more }] });
}

async function load(path: (typeof paths)[number], content: string): Promise<ImportReport> {
  const plan = planOf(path);
  if (path === 'direct' || path === 'without keys') {
    return importAlone(bench, plan, { [file]: content });
  }
  const folder = await bench.folder({ [file]: content });
  const options = { rejects: folder };
  if (path === 'with keys') return importFolder({ database: bench.pool, plan, folder, options });
  await delay(100);
  const stream = Readable.from([Buffer.from(content)]);
  return importStream({ database: bench.url, plan, file, stream, options });
}

/** Rows refused by a rule are rejected, all others loaded, on whichever path. */
describe.each(Object.entries(kinds))('%s refuses its row and no other', (_, kind) => {
  test.each(paths)('%s', async (path) => {
    const { rule, size = 'int', bad, reason } = kind;
    await sql('DROP FUNCTION IF EXISTS sorted CASCADE');
    await sql(`CREATE TABLE parts (id bigint PRIMARY KEY, label text, size ${size}, note text)`);
    if (rule !== undefined) await sql(rule);
    const rows = ['1,one,2', '2,two,4', `3,${bad}`, '4,four,6', '6,six,4'];
    const report = await load(path, `id,label,size\n${rows.join('\n')}\n7,${bad}\n`);
    const rejected = (await rejectsOf(report)).map((line) => line.replaceAll('"', ''));
    expect(await sql('SELECT id::int FROM parts ORDER BY id')).toEqual(
      [1, 2, 4, 6].map((id) => ({ id })),
    );
    expect(figures(report)).toEqual({ [file]: [6, 4, 2, 0] });
    expect(rejected).toHaveLength(2);
    const said = reason.replaceAll('"', '');
    expect(rejected[0]).toContain(`${file},4,${said}`);
    expect(rejected[1]).toContain(`${file},7,${said}`);
  });
});

describe('a row that the server refuses', () => {
  const content = (ids: number) =>
    Array.from({ length: ids }, (_, at) => `${at + 1},${at % 250 === 7 ? 'bad' : 'fine'},2`);

  test('is found among many', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int)');
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW
      EXECUTE FUNCTION refuse('P0001')`);
    const report = await load('direct', `id,label,size\n${content(5000).join('\n')}\n`);
    expect(figures(report)).toEqual({ [file]: [5000, 4980, 20, 0] });
    expect(await sql(`SELECT count(*)::int FROM parts`)).toEqual([{ count: 4980 }]);
  });

  test('is rejected again by a second import, which finds the others there', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int, note text)');
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW
      EXECUTE FUNCTION refuse('P0001')`);
    const rows = `id,label,size\n1,one,2\n2,bad,2\n`;
    await load('direct', rows);
    expect(figures(await load('with keys', rows))).toEqual({ [file]: [2, 0, 1, 1] });
  });

  test('ends no sequence: what follows it follows the last good row', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int, note text)');
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW
      EXECUTE FUNCTION refuse('P0001')`);
    const columns: Record<string, ImportColumn> = {
      id: { from: 'id', type: 'id' },
      label: { from: 'label', type: 'text' },
      size: { from: 'size', type: 'integer' },
      note: { previous: 'label' },
    };
    const plan = planOf('with keys', { columns, sequence: { by: 'size', along: 'id' } });
    const rows = 'id,label,size\n4,d,1\n1,a,1\n2,bad,1\n3,c,1\n5,bad,2\n6,f,2\n';
    const report = await importAlone(bench, plan, { [file]: rows });
    expect(figures(report)).toEqual({ [file]: [6, 4, 2, 0] });
    expect(await sql('SELECT id::int, note FROM parts ORDER BY id')).toEqual([
      { id: 1, note: null },
      { id: 3, note: 'a' },
      { id: 4, note: 'c' },
      { id: 6, note: null },
    ]);
  });

  test('takes no other file of its table with it', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int, note text)');
    await sql('CREATE INDEX parts_label_ix ON parts (label)');
    const plan = planOf('without keys', { file: 'parts_*.csv' });
    const report = await importAlone(bench, plan, {
      'parts_1.csv': `id,label,size\n1,a,2\n2,${noise(4000)},2\nx,c,2\n`,
      'parts_2.csv': `id,label,size\n3,c,2\n4,${noise(9000)},2\n`,
    });
    expect(figures(report)).toEqual({ 'parts_1.csv': [3, 1, 2, 0], 'parts_2.csv': [2, 1, 1, 0] });
    expect(await rejectsOf(report)).toHaveLength(3);
  });

  test('is not what a table refuses that is closed to everybody', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int)');
    await sql(`CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      NEW.missing := 1; RETURN NEW; END $$`);
    await sql(
      `CREATE TRIGGER broken BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION broken()`,
    );
    await expect(load('direct', 'id,label,size\n1,one,2\n')).rejects.toThrow(
      /record "new" has no field "missing".* Nothing of parts.csv was loaded/,
    );
  });
});
