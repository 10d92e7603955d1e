import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { activityStatement } from '../../../src/features/history/journal/activity.js';
import { asOfStatement } from '../../../src/features/history/journal/as-of.js';
import { versionPageStatement } from '../../../src/features/history/journal/version-page.js';
import type { Archive } from './archive.js';
import { openArchive, PaperView, Writer, WriterView } from './archive.js';
import { paperOf } from './archive-rows.js';

let archive: Archive;
let paper: string;
beforeAll(async () => {
  archive = await openArchive();
  const made = await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never);
  paper = await paperOf(archive, made.uuid);
  // Changes of other papers, each in a transaction of its own.
  await archive.sql(`INSERT INTO dual_id.changes (transaction_id, record_id, table_id, operation, uuid, actor, new)
    SELECT n::text::xid8, 1000 + n % 5000, t.table_id, 'U', gen_random_uuid(), gen_random_uuid(), c.new
    FROM dual_id.changes c, dual_id.history_tables t, generate_series(1, 20000) n
    WHERE c.operation = 'I' AND c.table_id = t.table_id AND t.table_name = 'papers'`);
  await archive.sql('VACUUM ANALYZE dual_id.changes');
  const [row] = await archive.sql(
    'SELECT max(tableoid::regclass::text) AS part FROM dual_id.changes',
  );
  wholeLog = new RegExp(`Seq Scan on ${row!.part!.replace('dual_id.', '')}`);
});
afterAll(() => archive.stop());

const view = () => archive.history.recorded(PaperView);

/** The plan that the server would keep for a prepared statement, whatever its values. */
async function planOf(text: string, values: readonly string[]): Promise<string> {
  await archive.sql(`SET plan_cache_mode = force_generic_plan; PREPARE read AS ${text}`);
  const list = values.map((value) => `'${value}'`).join(', ');
  const rows = await archive.sql(`EXPLAIN (ANALYZE, TIMING OFF) EXECUTE read(${list})`);
  await archive.sql('DEALLOCATE read; RESET plan_cache_mode');
  return rows.map((row) => Object.values(row)[0]).join('\n');
}

const ofRecord = /Index Scan.* using changes_\d{4}_\d\d_table_id_record_id_change_id_idx/;
/** A partition without a row is read whole; that of the changes is not. */
let wholeLog: RegExp;

describe('an index serves', () => {
  test('the state of a record at a time', async () => {
    const { text } = asOfStatement(view(), true);
    const plan = await planOf(text, [paper, '2099-01-01T00:00:00Z']);
    expect(plan).toMatch(ofRecord);
    expect(plan).not.toMatch(wholeLog);
    // Nothing is read of other records.
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{2}/);
  });

  test.each([false, true])('a page of a record, below a change: %p', async (isBelow) => {
    const { text } = versionPageStatement(view(), isBelow);
    const plan = await planOf(text, [paper, '21', ...(isBelow ? ['999999'] : [])]);
    expect(plan).toMatch(ofRecord);
    expect(plan).not.toMatch(wholeLog);
    expect(plan).not.toMatch(/Rows Removed by Filter: \d{2}/);
  });

  test('what one of many did', async () => {
    const { text } = activityStatement({ actor: paper }, true);
    const plan = await planOf(text, ['{papers,writers}', '21', paper, '999999']);
    expect(plan).toMatch(/actor_change_id_idx/);
    expect(plan).not.toMatch(wholeLog);
  });

  test('what was changed together', async () => {
    const { text } = activityStatement({ transaction: '7' }, false);
    const plan = await planOf(text, ['{papers,writers}', '21', '7']);
    expect(plan).toMatch(/transaction_id_change_id_idx/);
    expect(plan).not.toMatch(wholeLog);
  });
});
