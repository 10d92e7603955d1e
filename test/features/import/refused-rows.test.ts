import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { defineImportPlan, importFolder, importStream } from 'nest-dual-id/import';
import type { ImportColumn, ImportFile, ImportReport } from 'nest-dual-id/import';
import { noise } from '../../support/noise.js';
import { askAlone, importAlone } from './alone.js';
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

interface Kind {
  /** What the table has besides `id`, `label` and `size`. */
  readonly rule?: string;
  /** The type of `size`. */
  readonly size?: string;
  readonly bad: string;
  readonly reason: string;
}

const kinds: Record<string, Kind> = {
  'a unique index': {
    rule: 'CREATE UNIQUE INDEX parts_label_uq ON parts (lower(label))',
    bad: 'ONE,2',
    reason: 'repeats line 2: label',
  },
  'a unique index over a column that the file does not fill': {
    rule: `ALTER TABLE parts ADD COLUMN sort int;
      CREATE FUNCTION sorted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.sort := CASE WHEN NEW.label = 'bad' THEN 1 ELSE NEW.id END; RETURN NEW; END $$;
      CREATE TRIGGER sorted BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION sorted();
      CREATE UNIQUE INDEX parts_sort_uq ON parts (sort)`,
    bad: 'bad,2',
    reason: 'sort is taken by a row that is there',
  },
  'a check': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_size_ck CHECK (size <> 13)`,
    bad: 'x,13',
    reason: 'size breaks the rule parts_size_ck',
  },
  'a check over a column that the file does not fill': {
    rule: `ALTER TABLE parts ADD COLUMN other int DEFAULT 5,
      ADD CONSTRAINT parts_other_ck CHECK (size <> other * 2)`,
    bad: 'x,10',
    reason: 'breaks the rule parts_other_ck',
  },
  'a check that has no value but an error': {
    rule: 'ALTER TABLE parts ADD CONSTRAINT parts_size_ck CHECK (1 / size < 9)',
    bad: 'x,0',
    reason: 'is refused: division by zero',
  },
  'a foreign key that the plan does not name': {
    rule: `CREATE TABLE makers (size int PRIMARY KEY); INSERT INTO makers VALUES (2), (4), (6);
      ALTER TABLE parts ADD CONSTRAINT parts_maker_fk FOREIGN KEY (size) REFERENCES makers`,
    bad: 'x,5',
    reason: 'breaks the rule parts_maker_fk',
  },
  'a deferred foreign key to a row behind it': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_next_fk FOREIGN KEY (size) REFERENCES parts (id)
      DEFERRABLE INITIALLY DEFERRED`,
    bad: 'x,99',
    reason: 'breaks the rule parts_next_fk',
  },
  'an exclusion': {
    rule: `ALTER TABLE parts ADD CONSTRAINT parts_size_ex EXCLUDE USING gist (label WITH =, id WITH <>)`,
    bad: 'one,2',
    reason: 'breaks the rule parts_size_ex',
  },
  'a value that is required': {
    rule: 'ALTER TABLE parts ALTER COLUMN size SET NOT NULL',
    bad: 'x,',
    reason: 'size is empty',
  },
  'a domain': { size: 'even', bad: 'x,3', reason: 'breaks the rule even_check' },
  'the length of a domain': {
    rule: 'ALTER TABLE parts ALTER COLUMN label TYPE brief',
    bad: 'longer,2',
    reason: 'label is longer than 5 characters',
  },
  'the range of a domain': { size: 'whole', bad: 'x,70000', reason: 'size is above 32767' },
  'a whole number': { bad: 'x,2.5', reason: 'size is not a whole number' },
  'the range of a type': {
    size: 'real',
    bad: `x,${'9'.repeat(60)}`,
    reason: `is refused: "${'9'.repeat(60)}" is out of range for type real`,
  },
  'a type of names': {
    rule: 'ALTER TABLE parts ALTER COLUMN label TYPE name',
    bad: `${'n'.repeat(64)},2`,
    reason: 'label is longer than 63 bytes',
  },
  'an index without room': {
    rule: 'CREATE INDEX parts_label_ix ON parts (label)',
    bad: `${noise(4000)},2`,
    reason: 'is refused: index row size 4016 exceeds btree version 4 maximum 2704',
  },
  'a unique index without room': {
    rule: 'CREATE UNIQUE INDEX parts_label_uq ON parts (label)',
    bad: `${noise(4000)},2`,
    reason: 'label is too long for the index parts_label_uq',
  },
  'an index with less room than a page': {
    rule: 'CREATE INDEX parts_label_ix ON parts (label)',
    bad: `${noise(20_000)},2`,
    reason: 'is refused: index row requires 20016 bytes, maximum size is 8191',
  },
  'an index of words': {
    rule: `CREATE INDEX parts_label_ix ON parts USING gin (string_to_array(label, ' '))`,
    bad: `${noise(4000)},2`,
    reason: 'is refused: index row size 4016 exceeds maximum 2712',
  },
  'an index that has no value but an error': {
    rule: `CREATE UNIQUE INDEX parts_size_uq ON parts ((size / (size - 13)), id)`,
    bad: 'x,13',
    reason: 'is refused: division by zero',
  },
  'a trigger': {
    rule: `CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW EXECUTE FUNCTION refuse('P0001')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
  'a trigger with a code of its own': {
    rule: `CREATE TRIGGER refuse AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION refuse('XYZ01')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
  'a deferred trigger': {
    rule: `CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON parts DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse('P0001')`,
    bad: 'bad,2',
    reason: 'is refused: no bad parts',
  },
};

/** Ways into a table: alone and straight, alone and judged, beside others, and as a stream. */
const paths = ['straight', 'without keys', 'with keys', 'stream'] as const;

function planOf(path: (typeof paths)[number], more: Partial<ImportFile> = {}) {
  const derived: Record<string, ImportColumn> =
    path === 'straight' ? {} : { note: { sql: `upper('n')` } };
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
  if (path === 'straight' || path === 'without keys') {
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
    const report = await load('straight', `id,label,size\n${content(5000).join('\n')}\n`);
    expect(figures(report)).toEqual({ [file]: [5000, 4980, 20, 0] });
    expect(await sql(`SELECT count(*)::int FROM parts`)).toEqual([{ count: 4980 }]);
  });

  test('is rejected again by a second import, which finds the others there', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int, note text)');
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW
      EXECUTE FUNCTION refuse('P0001')`);
    const rows = `id,label,size\n1,one,2\n2,bad,2\n`;
    await load('straight', rows);
    expect(figures(await load('with keys', rows))).toEqual({ [file]: [2, 0, 1, 1] });
  });

  test('ends no chain: what follows it follows the last good row', async () => {
    await sql('CREATE TABLE parts (id bigint PRIMARY KEY, label text, size int, note text)');
    await sql(`CREATE TRIGGER refuse BEFORE INSERT ON parts FOR EACH ROW
      EXECUTE FUNCTION refuse('P0001')`);
    const columns: Record<string, ImportColumn> = {
      id: { from: 'id', type: 'id' },
      label: { from: 'label', type: 'text' },
      size: { from: 'size', type: 'integer' },
      note: { previous: 'label' },
    };
    const plan = planOf('with keys', { columns, chain: { by: 'size', along: 'id' } });
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
    await expect(load('straight', 'id,label,size\n1,one,2\n')).rejects.toThrow(
      /record "new" has no field "missing".* Nothing of parts.csv was loaded/,
    );
  });
});
