import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dualIdDataSource } from 'nest-dual-id';
import { importFolder } from 'nest-dual-id/import';
import { DataSource } from 'typeorm';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { migratedFor, urlAs } from '../support/roles.js';
import { Bill, migratePayments, Payment, payments } from './payments.js';

let database: TestDatabase;
let source: DataSource;
let folder: string;

beforeAll(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dual-id-payments-'));
  const url = await migratedFor(database.url, migratePayments);
  source = await new DataSource(dualIdDataSource({ url, entities: [Bill, Payment] })).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const billUuid = '018f4c2e-5d1a-7c3b-9a4f-2b6d8e1f0a37';

async function run(...lines: string[]) {
  await writeFile(
    join(folder, 'bills.csv'),
    `bill,uuid,number,due,tags,total\n17,${billUuid},A-17,2024-02-29,"{late,""to call""}",9.90\n`,
  );
  await writeFile(
    join(folder, 'payments.csv'),
    `payment,amount,bill,reverses\n${lines.join('\n')}\n`,
  );
  const options = { rejects: folder };
  return importFolder({ database: urlAs('owner', database.url), plan: payments, folder, options });
}

const figures = ({ files }: Awaited<ReturnType<typeof run>>) =>
  files.map(({ loaded, rejected, alreadyThere }) => [loaded, rejected, alreadyThere]);

describe('an entity of the application', () => {
  test('refers to rows by historical id and by public id', async () => {
    expect(figures(await run('1,9.90,17,'))).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(await source.getRepository(Bill).find()).toMatchObject([
      { uuid: billUuid, due: '2024-02-29', tags: ['late', 'to call'] },
    ]);
    const { uuid } = (await source.query('SELECT uuid FROM payments'))[0];
    const lines = [
      '1,9.90,17,',
      `2,-9.90,17,${String(uuid).toUpperCase()}`,
      '3,-9.90,17,00000000-0000-4000-8000-000000000000',
      '4,-9.90,17,1',
      '5,-9.90,18,',
    ];
    const report = await run(...lines);
    expect(figures(report)).toEqual([
      [0, 0, 1],
      [1, 3, 1],
    ]);
    expect(await source.query('SELECT id, bill_id, reverses_id FROM payments ORDER BY id')).toEqual(
      [
        { id: '1', bill_id: '17', reverses_id: null },
        { id: '2', bill_id: '17', reverses_id: '1' },
      ],
    );
    expect(figures(await run(...lines))[1]).toEqual([0, 3, 2]);
  });
});
