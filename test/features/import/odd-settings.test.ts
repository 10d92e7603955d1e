import { expect, test } from '@jest/globals';
import { importFolder } from 'nest-dual-id/import';
import { alterDatabase, oddSettings } from '../../support/odd-settings.js';
import { createBilling, plan, withLines } from './billing.js';
import { figures, rejectsOf, workbench } from './workbench.js';

const files = withLines(
  '1,A,sale,1,12.50,2026-01-02 03:04:05',
  '2,B,credit,0,-0.10,2026-03-04T05:06:07.089123+02:00',
  '3,C,sale,1,1x2,2026-01-02 03:04:05',
  '4,D,sale,1,1.005,2026-01-02 03:04:05',
  '5,E,sale,1,2.5,02.01.2026',
  '6,F,sale,1,2.5,2026-02-30 00:00:00',
  '7,toolong,sale,1,2.5,',
);

/** What an import and one of the same files again leave, in a database with these settings. */
async function outcome(settings: Readonly<Record<string, string>>): Promise<unknown> {
  const bench = await workbench();
  try {
    await createBilling(bench);
    for (const change of alterDatabase(bench.url, settings)) await bench.rows(change);
    const reports = [];
    for (const database of [bench.url, bench.url]) {
      const folder = await bench.folder(files);
      const report = await importFolder({ database, plan, folder, options: { rejects: folder } });
      reports.push([figures(report), await rejectsOf(report)]);
    }
    const rows = await bench.rows(
      `SELECT id, code, kind, paid, total, source, to_json(issued AT TIME ZONE 'UTC')
       FROM billing.invoices ORDER BY id`,
    );
    return { reports, rows };
  } finally {
    await bench.close();
  }
}

test('an import does the same whatever the settings of the database are', async () => {
  const usual = await outcome({});
  expect(await outcome(oddSettings)).toEqual(usual);
  const { default_transaction_isolation: _, ...others } = oddSettings;
  expect(await outcome({ ...others, DateStyle: `'Postgres, DMY'` })).toEqual(usual);
  expect(usual).toMatchObject({ rows: [{ code: 'A' }, { code: 'B' }] });
});
