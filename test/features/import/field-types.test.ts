import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineImportPlan } from 'nest-dual-id/import';
import type { FieldType, ImportColumn } from 'nest-dual-id/import';
import { askAlone, importAlone } from './alone.js';
import type { Trial } from './both-ways.js';
import { outcomeAlone, outcomeBeside } from './both-ways.js';
import { array, kinds, uuid } from './field-type-kinds.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  await sql(`CREATE TYPE colour AS ENUM ('red', 'dark green')`);
  await sql('CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0)');
  await sql('CREATE TABLE statements (text text)');
  await sql(`CREATE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO statements VALUES (split_part(current_query(), ' ', 1)); RETURN NULL; END $$`);
});
afterAll(async () => bench.close());

const sql = (text: string) => askAlone(bench.url, text);

const planOf = (value: FieldType) => {
  const columns: Record<string, ImportColumn> = {
    id: { from: 'id', type: 'id' },
    value: { from: 'value', ...value, nullable: true },
  };
  return defineImportPlan({
    name: 'values',
    files: [{ file: 'v.csv', table: 'values_of', columns }],
  });
};
const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

/** An import of one value a row into a new table with a column of the type. */
const trialOf = (type: string, value: FieldType, fields: readonly string[]): Trial => ({
  plan: planOf(value),
  files: {
    'v.csv': `id,value\n${fields.map((field, at) => `${at + 1},${quoted(field)}\n`).join('')}`,
  },
  before: `TRUNCATE statements; DROP TABLE IF EXISTS values_of;
    CREATE TABLE values_of (id bigint PRIMARY KEY, value ${type});
    CREATE TRIGGER note AFTER INSERT ON values_of
      FOR EACH STATEMENT EXECUTE FUNCTION note_statement()`,
  after: 'SELECT value::text AS value FROM values_of ORDER BY id',
});

describe.each(kinds)('an import of $value.type into $type', ({ type, value, good, bad }) => {
  const fields = Object.keys(good);
  const values = Object.values(good).map((text) => ({ value: text }));

  test('reads the same directly and with a check of every row, again and again', async () => {
    const trial = trialOf(type, value, [...fields, '']);
    const all = [...values, { value: null }];
    const count = all.length;
    const judged = await outcomeBeside(bench, trial);
    expect(judged).toMatchObject({ figures: { 'v.csv': [count, count, 0, 0] }, rows: all });
    expect(await outcomeAlone(bench, trial)).toEqual(judged);
    const again = await importAlone(bench, trial.plan, trial.files);
    expect([figures(again), again.tables[0]?.checksum]).toEqual([
      { 'v.csv': [count, 0, 0, count] },
      judged.checksums[0],
    ]);
  });

  test('rejects what is none, and nothing else', async () => {
    const trial = trialOf(type, value, [...fields, ...Object.keys(bad)]);
    const direct = await outcomeAlone(bench, trial);
    expect(direct.rows).toEqual(values);
    const reasons = direct.rejects.map((line) =>
      /^v\.csv,\d+,(?:"([^"]*)"|([^,]*)),/.exec(line)?.slice(1).join(''),
    );
    expect(reasons).toEqual(Object.values(bad));
    expect(await outcomeBeside(bench, trial)).toEqual(direct);
  });
});

test('simple values of every type go directly through COPY', async () => {
  const plain: [string, FieldType, string][] = [
    ['date', { type: 'date' }, '2024-02-29'],
    ['time', { type: 'time' }, '12:30:01.5'],
    ['timetz', { type: 'timetz' }, '12:30Z'],
    ['uuid', { type: 'uuid' }, uuid],
    ['jsonb', { type: 'jsonb' }, '{"a":"b\\n"}'],
    ['boolean', { type: 'boolean' }, 'yes'],
    ['text[]', array({ type: 'text' }), '{a,b}'],
  ];
  for (const [type, value, field] of plain) {
    await outcomeAlone(bench, trialOf(type, value, [field]));
    expect([type, await sql('SELECT text FROM statements')]).toEqual([type, [{ text: 'COPY' }]]);
  }
});

test('a row that says something else than the row there is rejected, whatever the type', async () => {
  const trial = trialOf('json', { type: 'json' }, ['{"a":1}', '{"b":2}']);
  await outcomeAlone(bench, trial);
  const changed = trialOf('json', { type: 'json' }, ['{"a": 1}', '{"b":2}']);
  const report = await importAlone(bench, changed.plan, changed.files);
  expect(await rejectsOf(report)).toEqual([
    'v.csv,2,differs from what is there: value,"1,""{""""a"""": 1}"""',
  ]);
});

test.each<[FieldType, string, string]>([
  [{ type: 'date' }, 'timestamptz', 'as date, but the column is timestamp with time zone'],
  [{ type: 'time' }, 'timetz', 'as time, but the column is time with time zone'],
  [{ type: 'uuid' }, 'text', 'as uuid, but the column is text'],
  [{ type: 'jsonb' }, 'text', 'as jsonb, but the column is text'],
  [array({ type: 'text' }), 'int[]', 'as array of text, but the column is integer[]'],
  [array({ type: 'text' }), 'text', 'as array of text, but the column is text'],
])('a plan that reads %j for %s is refused', async (value, type, problem) => {
  const trial = trialOf(type, value, ['x']);
  await expect(outcomeAlone(bench, trial)).rejects.toThrow(
    `The plan reads values_of.value ${problem}. Correct its type.`,
  );
});
