import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pageOfEdges } from '../../../src/features/relations/neighbours.js';
import { stepQuery } from '../../../src/features/relations/step-function.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  await fill();
  client = new pg.Client({ connectionString: urlAs('application', database.url) });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function fill(): Promise<void> {
  const owner = (sql: string) => runSql(urlAs('owner', database.url), sql);
  await owner(`INSERT INTO dual_id.platform_types VALUES (999, 'parcel', true)`);
  await owner(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid)
    SELECT gen_random_uuid(), 999, true FROM generate_series(1, 20000)`);
  // The first passport is a hub of 19999 edges; every other one has a few more.
  await owner(`INSERT INTO dual_id.relations (from_id, type_id, to_id, acyclic, undirected)
    SELECT 1, 1, n, false, false FROM generate_series(2, 20000) n
    UNION ALL SELECT n, 2, 1 + (n * 7 + k * 11) % 20000, false, false
    FROM generate_series(1, 20000) n, generate_series(1, 3) k WHERE n <> 1 + (n * 7 + k * 11) % 20000`);
  await owner('ANALYZE dual_id.passports, dual_id.relations');
}

const types = ['bigint[]', 'smallint[]', 'smallint[]', 'int'];

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Node[];
}

/** The plan of a prepared statement, for any values. */
async function planOf(text: string, mode: string, values: readonly string[]): Promise<Node[]> {
  await client.query(`SET plan_cache_mode = ${mode}`);
  await client.query(`PREPARE asked AS ${text}`);
  try {
    const explain = `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked (${values.join(', ')})`;
    const { rows } = await client.query(explain);
    return flat(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('DEALLOCATE asked');
  }
}

function flat(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}

/** Rows are found by index, one by one; a bitmap would first collect every edge of a hub. */
function expectIndexes(plan: readonly Node[]): void {
  const ways = plan
    .filter((node) => ['relations', 'passports'].includes(node['Relation Name'] ?? ''))
    .map((node) => node['Node Type']);
  expect(new Set(ways)).toEqual(new Set(ways.filter((way) => /^Index (Only )?Scan$/.test(way))));
}

/** Rows that a plan reads from the big tables. */
function readFrom(plan: readonly Node[], table: string): number {
  return plan
    .filter((node) => node['Relation Name'] === table)
    .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
}

/** The statement of the function, with its variables as parameters. */
const stepText = ['nodes', 'out_types', 'in_types', 'most'].reduce(
  (text, name, at) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `$${at + 1}::${types[at]}`),
  stepQuery,
);

const modes = ['force_custom_plan', 'force_generic_plan'];

describe.each(modes)('with %s', (mode) => {
  test('a step is planned without bitmaps', async () => {
    const { rows } = await client.query(
      `SELECT proconfig FROM pg_proc WHERE proname = 'step_over_relations'`,
    );
    expect(rows).toEqual([{ proconfig: ['enable_bitmapscan=off'] }]);
    await client.query('SET enable_bitmapscan = off');
  });

  test.each([
    ['the first page of a hub', ['1', `'{1,2}'`, `'{1,2}'`, `''`, '0', '0', '21']],
    ['a page deep in a hub', ['1', `'{1,2}'`, `'{1,2}'`, `'out'`, '1', '15000', '21']],
  ])('%s reads as many edges as it shows', async (_what, values) => {
    const plan = await planOf(
      pageOfEdges.text(() => ''),
      mode,
      values,
    );
    expectIndexes(plan);
    expect(readFrom(plan, 'relations')).toBeLessThanOrEqual(4 * 21);
    expect(readFrom(plan, 'passports')).toBeLessThanOrEqual(4 * 21);
  });

  test('a step from many entities looks each edge up in an index', async () => {
    const ids = `'{${Array.from({ length: 200 }, (_, at) => at + 2).join(',')}}'`;
    const plan = await planOf(stepText, mode, [ids, `'{1,2}'`, `'{}'`, '2001']);
    expectIndexes(plan);
    // 600 edges; PostgreSQL 15 reports the rows of a loop as whole numbers.
    expect(readFrom(plan, 'relations')).toBeLessThanOrEqual(900);
    expect(readFrom(plan, 'passports')).toBeLessThanOrEqual(900);
  });

  test('a step from a hub reads no more than its limit', async () => {
    const plan = await planOf(stepText, mode, [`'{1}'`, `'{1,2}'`, `'{1,2}'`, '101']);
    expectIndexes(plan);
    expect(readFrom(plan, 'relations')).toBeLessThanOrEqual(101);
    expect(readFrom(plan, 'passports')).toBeLessThanOrEqual(101);
  });
});
