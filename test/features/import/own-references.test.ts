import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineImportPlan } from 'nest-dual-id/import';
import { askAlone } from './alone.js';
import type { Trial } from './both-ways.js';
import { outcomeAlone, outcomeBeside } from './both-ways.js';
import type { Workbench } from './workbench.js';
import { workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
  await askAlone(
    bench.url,
    `CREATE TABLE folders (id bigint PRIMARY KEY, name text UNIQUE,
       parent_id bigint REFERENCES folders (id))`,
  );
});
afterAll(async () => bench.close());

const plan = defineImportPlan({
  name: 'folders',
  files: [
    {
      file: 'folders.csv',
      table: 'folders',
      columns: {
        id: { from: 'id', type: 'id' },
        name: { from: 'name', type: 'text' },
        parent_id: { from: 'parent', type: 'reference', to: 'folders', nullable: true },
      },
    },
  ],
});
const empty = 'TRUNCATE folders; DELETE FROM dual_id.imported_files';
const trialOf = (before: string, ...lines: string[]): Trial => ({
  plan,
  files: { 'folders.csv': `id,name,parent\n${lines.join('\n')}\n` },
  before: `${empty}; ${before}`,
  after: 'SELECT id::int, parent_id::int AS parent FROM folders ORDER BY id',
});
const bothWays = async (trial: Trial) => {
  const direct = await outcomeAlone(bench, trial);
  expect(await outcomeBeside(bench, trial)).toEqual(direct);
  return direct;
};

test('rows may refer to rows of the same file, before and behind them and themselves', async () => {
  const { rows } = await bothWays(trialOf('SELECT 1', '1,a,2', '2,b,3', '3,c,', '4,d,1', '5,e,5'));
  expect(rows).toEqual([
    { id: 1, parent: 2 },
    { id: 2, parent: 3 },
    { id: 3, parent: null },
    { id: 4, parent: 1 },
    { id: 5, parent: 5 },
  ]);
});

test('what refers to a rejected row of the same file is rejected with it, however far', async () => {
  const { rows, rejects } = await bothWays(
    trialOf('SELECT 1', '1,a,2', '2,b,3', '3,d,', '4,d,', '5,e,4', '6,f,5', '7,g,9'),
  );
  expect(rejects).toEqual([
    'folders.csv,5,repeats line 4: name,"4,d,"',
    'folders.csv,6,parent refers to a row that is not in folders,"5,e,4"',
    'folders.csv,7,parent refers to a row that is not in folders,"6,f,5"',
    'folders.csv,8,parent refers to a row that is not in folders,"7,g,9"',
  ]);
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('a row that was there before the import is no parent of a row of the file', async () => {
  const { rejects } = await bothWays(
    trialOf(`INSERT INTO folders VALUES (2, 'other')`, '2,b,', '3,c,2', '4,d,'),
  );
  expect(rejects).toEqual([
    'folders.csv,2,differs from what is there: name,"2,b,"',
    'folders.csv,3,parent refers to a row of folders that no import brought,"3,c,2"',
  ]);
});
