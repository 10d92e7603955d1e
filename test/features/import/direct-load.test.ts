import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineImportPlan } from 'nest-dual-id/import';
import pg from 'pg';
import { askAlone, importAlone } from './alone.js';
import type { Files, Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  await sql(`CREATE TYPE mood AS ENUM ('good', 'größer')`);
  await sql('CREATE TABLE boxes (id bigint PRIMARY KEY, label text, price numeric(6,2))');
  await sql(`CREATE TABLE readings (id bigint PRIMARY KEY,
    box_id bigint NOT NULL CONSTRAINT readings_box_fk REFERENCES boxes (id),
    amount smallint CONSTRAINT readings_amount_ck CHECK (amount <> 13),
    share numeric(6,2), done boolean, note varchar(6), at timestamptz, feeling mood,
    source text NOT NULL, price numeric(6,2),
    CONSTRAINT readings_amount_uq UNIQUE (amount))`);
  await sql('CREATE INDEX readings_box_ix ON readings (box_id)');
  await sql('CREATE TABLE statements (text text)');
  await sql(`CREATE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO statements VALUES (split_part(current_query(), ' ', 1)); RETURN NULL; END $$`);
  await sql(`CREATE TRIGGER note AFTER INSERT ON readings
    FOR EACH STATEMENT EXECUTE FUNCTION note_statement()`);
});
afterAll(async () => bench.close());

const sql = (text: string) => askAlone(bench.url, text);

const nullable = { nullable: true } as const;
const plan = defineImportPlan({
  name: 'readings',
  files: [
    {
      file: 'boxes.csv',
      table: 'boxes',
      columns: {
        id: { from: 'id', type: 'id' },
        label: { from: 'label', type: 'text', ...nullable },
        price: { from: 'price', type: 'numeric', ...nullable },
      },
    },
    {
      file: 'readings*.csv',
      table: 'readings',
      startWith: 1000,
      ignore: ['unused'],
      columns: {
        id: { from: 'id', type: 'id' },
        box_id: { from: 'box', type: 'reference', to: 'boxes' },
        amount: { from: 'amount', type: 'integer', max: 500, ...nullable },
        share: { from: 'share', type: 'numeric', min: -5, ...nullable },
        done: { from: 'done', type: 'boolean', ...nullable },
        note: { from: 'note', type: 'text', ...nullable },
        at: { from: 'at', type: 'timestamptz', ...nullable },
        feeling: { from: 'feeling', type: 'enum', ...nullable },
        source: { constant: 'a, b\\ü' },
        price: { lookup: 'price', through: 'box_id' },
      },
    },
  ],
});

const boxes = 'id,label,price\n1,one,2.50\n2,,\n';
const header = 'id,box,amount,share,done,note,at,feeling,unused';
const good = '1,1,1,1.5,1,a,2020-01-02T03:04:05Z,good,x';

const load = (files: Files) => importAlone(bench, plan, files);
const statements = async () => (await sql('SELECT text FROM statements')).map(({ text }) => text);

const empty = () => sql('TRUNCATE boxes, readings, statements');

// So many blank lines fill the first chunk that is read; what follows it may go by whole lines.
const blanks = Buffer.from('\n'.repeat(300_000));

/** What an import of the rows leaves, with a look at every row or without one. */
async function outcome(lines: readonly (string | Buffer)[], isBeside: boolean): Promise<unknown> {
  await empty();
  const neighbour = new pg.Client({ connectionString: bench.url });
  neighbour.on('error', () => undefined);
  if (isBeside) await neighbour.connect();
  const content = [header, ...lines].flatMap((line) => [Buffer.from(line), Buffer.from('\n')]);
  content.splice(2, 0, blanks);
  const report = await load({ 'boxes.csv': boxes, 'readings.csv': Buffer.concat(content) });
  if (isBeside) await neighbour.end();
  return {
    figures: figures(report),
    rejects: await rejectsOf(report),
    checksum: report.tables[1]?.checksum,
    rows: await sql('SELECT * FROM readings ORDER BY id'),
  };
}

describe('an import into empty tables, alone', () => {
  test('copies simple rows directly into the table', async () => {
    const registryIndex = `SELECT 'dual_id.passports_created_at_ix'::regclass::oid::int AS oid`;
    const untouched = await sql(registryIndex);
    const lines = [good, '2,1.0,02,-5,0,"a,""b",2020-02-29 00:00,größer,', '3,2,,,,,,,é'];
    const direct = await outcome(lines, false);
    expect(await statements()).toEqual(['COPY']);
    // Rows that are not enrolled leave the registry's indexes where they are.
    expect(await sql(registryIndex)).toEqual(untouched);
    const judged = await outcome(lines, true);
    expect(await statements()).toEqual(['INSERT']);
    expect(direct).toEqual(judged);
    expect(direct).toMatchObject({
      figures: { 'readings.csv': [3, 3, 0, 0] },
      rows: [
        { id: '1', source: 'a, b\\ü', price: '2.50' },
        { id: '2', note: 'a,"b', feeling: 'größer' },
        { id: '3', amount: null, price: null },
      ],
    });
  });

  test('copies lines that need no check directly into the table', async () => {
    const lines = [good, '', '002,1.0,-02,0012,0,b c,,,x', '3,02,,-0.5,,,2020-02-29 00:00,,'];
    const direct = await outcome(lines, false);
    expect(await statements()).toEqual(['COPY']);
    expect(direct).toEqual(await outcome(lines, true));
    expect(direct).toMatchObject({
      figures: { 'readings.csv': [3, 3, 0, 0] },
      rows: [
        { id: '1', source: 'a, b\\ü', price: '2.50', done: true },
        { id: '2', amount: -2, share: '12.00', price: '2.50', done: false },
        { id: '3', amount: null, share: '-0.50', price: null },
      ],
    });
  });

  test.each([
    ['an id of new rows', '1000,1,2,,,,,,'],
    ['an id below 1', '0,1,2,,,,,,'],
    ['an id that is there', '1,1,2,,,,,,'],
    ['an orphan', '2,9,2,,,,,,'],
    ['no reference', '2,,2,,,,,,'],
    ['a number with a sign', '2,1,+7,,,,,,'],
    ['a number with an underscore', '2,1,1_0,,,,,,'],
    ['a hexadecimal number', '2,1,0x1F,,,,,,'],
    ['a number with blanks', '2,1, 7 ,,,,,,'],
    ['a fraction', '2,1,7.5,,,,,,'],
    ['a number above its bound', '2,1,501,,,,,,'],
    ['a number outside its type', '2,1,-40000,,,,,,'],
    ['a number that a CHECK refuses', '2,1,13,,,,,,'],
    ['a value that is taken', '2,1,1,,,,,,'],
    ['a decimal below its bound', '2,1,2,-5.01,,,,,'],
    ['too many decimals', '2,1,2,0.125,,,,,'],
    ['decimals of zeros', '2,1,2,0.500,,,,,'],
    ['a decimal that is too large', '2,1,2,10000,,,,,'],
    ['no number', '2,1,2,NaN,,,,,'],
    ['true', '2,1,2,,true,,,,'],
    ['yes', '2,1,2,,yes,,,,'],
    ['a one of two digits', '2,1,2,,01,,,,'],
    ['a two for true', '2,1,2,,2,,,,'],
    ['a number of more digits than a double has', '2,1,0000000000000007,,,,,,'],
    ['a long text', '2,1,2,,,abcdefg,,,'],
    ['a long text of blanks', '2,1,2,,,abcdef  ,,,'],
    ['a text of long letters', '2,1,2,,,äöüäöü,,,'],
    ['a backslash', '2,1,2,,,a\\nb,,,'],
    ['a carriage return', '2,1,2,,,"a\rb",,,'],
    ['a line break in quotes', '2,1,2,,,"a\nb",,,'],
    ['an empty text in quotes', '2,1,2,,,"",,,'],
    ['now', '2,1,2,,,,now,,'],
    ['a day the month does not have', '2,1,2,,,,2019-02-29 00:00,,'],
    ['a time with its zone', '2,1,2,,,,2019-02-28 00:00+05:30,,'],
    ['an unknown value of an enum', '2,1,2,,,,,bad,'],
    ['a field too few', '2,1,2,,,,,'],
    ['a field too many', '2,1,2,,,,,,,'],
    ['a quote that is not closed', '2,1,2,,,"a,,,'],
    ['bytes that are no text', Buffer.from([0x32, ...Buffer.from(',1,2,,,,,,'), 0xff])],
    ['a NUL', '2,1,2,,,a\0,,,'],
    ['a NUL in a field that is not loaded', '2,1,2,,,,,,\0'],
  ])('makes of %s what a look at every row makes of it', async (_, line) => {
    expect(await outcome([good, line], false)).toEqual(await outcome([good, line], true));
  });

  test('reads lines that end in CR LF', async () => {
    await empty();
    const lines = Buffer.from('1,2.50,one\r\n2,,\r\n');
    await load({
      'boxes.csv': Buffer.concat([Buffer.from('id,price,label\n'), blanks, lines]),
      'readings.csv': `${header}\n`,
    });
    expect(await sql('SELECT id, price, label FROM boxes ORDER BY id')).toEqual([
      { id: '1', price: '2.50', label: 'one' },
      { id: '2', price: null, label: null },
    ]);
  });

  test('rounds no number that its column has no room for', async () => {
    await sql('CREATE TABLE budgets (id bigint PRIMARY KEY, amount numeric(3,-2))');
    const budgets = defineImportPlan({
      name: 'budgets',
      files: [
        {
          file: 'budgets.csv',
          table: 'budgets',
          columns: { id: { from: 'id', type: 'id' }, amount: { from: 'amount', type: 'numeric' } },
        },
      ],
    });
    await importAlone(bench, budgets, { 'budgets.csv': 'id,amount\n1,12300\n2,12345\n' });
    expect(await sql('SELECT id, amount FROM budgets')).toEqual([{ id: '1', amount: '12300' }]);
  });

  test('takes back what earlier files of the table brought when a later one has a fault', async () => {
    await empty();
    const report = await load({
      'boxes.csv': boxes,
      'readings-a.csv': `${header}\n${good}\n`,
      'readings-b.csv': `${header}\n${good}\n2,1,1,,,,,,\n3,1,3,,,,,,\n`,
    });
    expect(figures(report)).toMatchObject({
      'readings-a.csv': [1, 1, 0, 0],
      'readings-b.csv': [3, 1, 1, 1],
    });
    expect(await statements()).toEqual(['INSERT', 'INSERT']);
    expect(await rejectsOf(report)).toEqual([
      'readings-b.csv,3,amount is taken by a row that is there,"2,1,1,,,,,,"',
    ]);
  });

  test('fails when a trigger drops rows', async () => {
    await empty();
    await sql(`CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RETURN NULL; END $$`);
    await sql(`CREATE TRIGGER dropping BEFORE INSERT ON readings
      FOR EACH ROW EXECUTE FUNCTION drop_row()`);
    const loading = load({ 'boxes.csv': boxes, 'readings.csv': `${header}\n${good}\n` });
    await expect(loading).rejects.toThrow('Look for triggers on readings that drop rows');
    await sql('DROP TRIGGER dropping ON readings');
  });

  test('fails when a rule drops rows', async () => {
    await empty();
    await sql('CREATE RULE dropping AS ON INSERT TO readings DO INSTEAD NOTHING');
    const loading = load({ 'boxes.csv': boxes, 'readings.csv': `${header}\n${good}\n` });
    await expect(loading).rejects.toThrow('Look for triggers on readings that drop rows');
  });
});
