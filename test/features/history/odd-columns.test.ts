import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice([]);
});
afterAll(() => office.stop());

async function logged(columns: string, spec: Omit<HistoryTable, 'keep'>): Promise<void> {
  await office.asOwner(`CREATE TABLE ${spec.table} (id integer PRIMARY KEY, ${columns})`);
  await office.owner.transaction((runner) => addHistory(runner, { ...spec, keep: 'rows' }));
}
const images = async (table: string) => (await changesOf(office, table)).map((one) => one.new);

test('an image has a value of any type, spelled in one way whatever the session has set', async () => {
  await office.asOwner(`CREATE SCHEMA moods; CREATE TYPE moods.mood AS ENUM ('glad');
    CREATE DOMAIN moods.code AS varchar(5) CHECK (value <> '')`);
  await logged(
    `mood moods.mood, code moods.code, twice integer GENERATED ALWAYS AS (id * 2) STORED,
     doc json, odd float8, large numeric, price money, during tstzrange, day date, place regclass, "back\\slash" text`,
    { table: 'kinds', ignore: ['back\\slash'] },
  );
  const settings = Object.entries({
    search_path: '',
    TimeZone: 'Asia/Kathmandu',
    DateStyle: 'German',
    quote_all_identifiers: 'on',
    standard_conforming_strings: 'off',
    extra_float_digits: '-10',
  });
  const set = settings.map(([name, value]) => `set_config('${name}', '${value}', true)`);
  await office.asOwner(`SELECT ${set.join(', ')};
    INSERT INTO public.kinds (id, mood, code, doc, odd, large, price, during, day, place)
    VALUES (1, 'glad', 'a', '{"b":  1, "a": 2}', 'NaN', '-Infinity', 12.5,
      '[2026-01-13 00:00+00,infinity)', 'infinity', 'public.kinds')`);
  expect(await images('kinds')).toEqual([
    {
      id: 1,
      mood: 'glad',
      code: 'a',
      twice: 2,
      doc: { a: 2, b: 1 },
      odd: 'NaN',
      large: '-Infinity',
      price: expect.stringContaining('12.5'),
      during: '["2026-01-13 00:00:00+00",infinity)',
      day: 'infinity',
      place: 'public.kinds',
    },
  ]);
});

test('a row of many megabytes is logged whole', async () => {
  await logged('text text', { table: 'large' });
  await office.asOwner(`INSERT INTO large VALUES (1, repeat('long ', 4000000))`);
  const [row] = await office.asOwner(
    `SELECT length(new ->> 'text') AS length FROM dual_id.changes WHERE new ? 'text'`,
  );
  expect(row).toEqual({ length: 20_000_000 });
});

test('columns that are added, renamed, retyped or dropped later do not stop any write', async () => {
  await logged('name text, tenant uuid, uuid uuid', {
    table: 'changing',
    tenant: 'tenant',
    ignore: ['name'],
  });
  const steps = [
    'ADD later text',
    'RENAME later TO latest',
    'ALTER id TYPE bigint',
    'DROP latest',
    'RENAME name TO title',
    'RENAME tenant TO actor',
    'DROP actor',
    'DROP uuid',
  ];
  for (const [at, step] of steps.entries()) {
    await office.asOwner(`ALTER TABLE changing ${step}`);
    await office.asOwner(`INSERT INTO changing (id) VALUES (${at})`);
    await office.asOwner(`UPDATE changing SET id = id + 100 WHERE id = ${at}`);
  }
  expect(await images('changing')).toHaveLength(3 * steps.length);
  expect((await images('changing')).at(-1)).toEqual({ id: 107, title: null });
});

test('a redacted column that is renamed stays secret, also among other new columns', async () => {
  await logged('pin text, name text', { table: 'guarded', redact: ['pin'] });
  await office.asOwner('ALTER TABLE guarded RENAME pin TO code');
  await office.asOwner(`INSERT INTO guarded VALUES (1, 'hidden', 'Ada')`);
  await office.asOwner(`UPDATE guarded SET code = 'concealed'`);
  await office.asOwner('ALTER TABLE guarded DROP code');
  await office.asOwner(`UPDATE guarded SET name = 'Grace'`);
  expect(await changesOf(office, 'guarded')).toMatchObject([
    { new: { code: '***', name: 'Ada' } },
    { old: { code: '***' }, new: { code: '***', name: 'Ada' } },
    { old: { name: 'Ada' }, new: { name: 'Grace' } },
  ]);
  const log = JSON.stringify(await office.asOwner('SELECT old, new FROM dual_id.changes'));
  expect(log).not.toMatch(/hidden|concealed/);
});

test('rows of an inheriting table are logged by statements on the table that is logged', async () => {
  await logged('name text', { table: 'parents' });
  await office.asOwner('CREATE TABLE children (age integer) INHERITS (parents)');
  await office.asOwner(`INSERT INTO children VALUES (1, 'Ada', 6)`);
  await office.asOwner(`UPDATE parents SET name = 'Grace'`);
  expect(await changesOf(office, 'parents')).toMatchObject([
    { operation: 'U', record_id: '1', new: { id: 1, name: 'Grace' } },
  ]);
});

test.each(['$fn$', '$$', '$fn1$ $make$'])('a column may be named %s', async (name) => {
  const table = `money ${name}`;
  await office.asOwner(`CREATE TABLE "${table}" (id integer PRIMARY KEY, "${name}" integer)`);
  await office.owner.transaction((runner) =>
    addHistory(runner, { table, keep: 'rows', redact: [name] }),
  );
  await office.asOwner(`INSERT INTO "${table}" VALUES (1, 5)`);
  expect(await images(table)).toEqual([{ id: 1, [name]: '***' }]);
});
