import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { defineImportPlan } from 'nest-dual-id/import';
import type { ImportColumn } from 'nest-dual-id/import';
import { askAlone, importAlone } from './alone.js';
import type { Workbench } from './workbench.js';
import { rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
beforeEach(async () => {
  await sql('DROP TABLE IF EXISTS slips, tins, cans');
});
afterAll(async () => bench.close());

const sql = (text: string) => askAlone(bench.url, text);

const slips = (columns: Record<string, ImportColumn>) =>
  defineImportPlan({
    name: 'slips',
    files: [
      {
        file: 'slips.csv',
        table: 'slips',
        columns: {
          id: { from: 'id', type: 'id' },
          code: { from: 'code', type: 'reference', to: 'tins', toColumn: 'code' },
          ...columns,
        },
      },
    ],
  });

test.each([
  ['no foreign key', ''],
  ['a foreign key that is switched off', 'ALTER TABLE slips DISABLE TRIGGER ALL'],
  [
    'a foreign key to another column',
    'ALTER TABLE slips ADD FOREIGN KEY (code) REFERENCES tins (other)',
  ],
  [
    'a foreign key to another table',
    'ALTER TABLE slips ADD FOREIGN KEY (code) REFERENCES cans (code)',
  ],
  [
    'a foreign key of another column',
    'ALTER TABLE slips ADD FOREIGN KEY (id) REFERENCES tins (code)',
  ],
  [
    'a foreign key over more columns',
    `ALTER TABLE tins ADD UNIQUE (code, other);
     ALTER TABLE slips ADD FOREIGN KEY (code, note) REFERENCES tins (code, other)`,
  ],
])('an import looks at every reference that %s holds', async (_, key) => {
  await sql('CREATE TABLE cans (code bigint UNIQUE)');
  await sql('CREATE TABLE tins (code bigint UNIQUE, other bigint UNIQUE, price int)');
  const isOff = key.includes('DISABLE');
  await sql(`CREATE TABLE slips (id bigint PRIMARY KEY,
    code bigint ${isOff ? 'REFERENCES tins (code)' : ''}, note bigint, price int)`);
  await sql('INSERT INTO cans VALUES (0), (1), (9)');
  await sql('INSERT INTO tins VALUES (NULL, 9, 5), (1, 1, 3), (2, 0, 4)');
  // A superuser alone switches the triggers of a foreign key off.
  if (key !== '') await bench.rows(key);
  const report = await importAlone(bench, slips({}), { 'slips.csv': 'id,code\n1,1\n2,9\n' });
  expect(await rejectsOf(report)).toEqual([
    'slips.csv,3,code refers to a row that is not in tins,"2,9"',
  ]);
});

test('an import looks values up in rows that have a key', async () => {
  await sql('CREATE TABLE tins (code bigint UNIQUE, price int)');
  await sql(
    'CREATE TABLE slips (id bigint PRIMARY KEY, code bigint REFERENCES tins (code), price int)',
  );
  await sql(`INSERT INTO tins VALUES
    (0, 3), (NULL, 5), (9007199254740992, 7), (9007199254740993, 8)`);
  const plan = slips({ price: { lookup: 'price', through: 'code' } });
  await importAlone(bench, plan, { 'slips.csv': 'id,code\n1,0\n2,9007199254740992\n' });
  expect(await sql('SELECT price FROM slips ORDER BY id')).toEqual([{ price: 3 }, { price: 7 }]);
});
