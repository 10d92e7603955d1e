import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FileColumn, ImportFile } from 'nest-dual-id/import';
import pg from 'pg';
import { CopyBuffer } from '../../../src/features/import/direct/copy-buffer.js';
import { fieldWriter } from '../../../src/features/import/direct/field-writer.js';
import type { BoundField } from '../../../src/features/import/plan/bound-column.js';
import { bindColumns, isField } from '../../../src/features/import/plan/bound-column.js';
import { asBytes } from '../../../src/features/import/plan/copy-text.js';
import {
  checkFunctions,
  fieldProblemSql,
  fastReaderOf,
  typedFieldSql,
} from '../../../src/features/import/plan/field-checks.js';
import { checkTarget } from '../../../src/features/import/plan/target-checks.js';
import { readTarget } from '../../../src/features/import/plan/target-table.js';
import { RecordBytes } from '../../../src/features/import/source/record-bytes.js';
import { fieldTexts } from './field-texts.js';
import type { Workbench } from './workbench.js';
import { workbench } from './workbench.js';

let bench: Workbench;
let client: pg.Client;
beforeAll(async () => {
  bench = await workbench();
  client = new pg.Client({ connectionString: bench.url });
  await client.connect();
  await client.query(`SET timezone = 'UTC'`);
  await client.query(`CREATE TYPE mood AS ENUM ('a', 'b c', 'é')`);
});
afterAll(async () => {
  await client.end();
  await bench.close();
});

/** What COPY reads in a field that was escaped for it. */
const unescaped = (text: string) =>
  text.replaceAll(/\\([^])/g, (_, character: string) =>
    character === 'n' ? '\n' : character === 'r' ? '\r' : character,
  );

/** A column of a new table, as an import meets it. */
async function columnOf(type: string, source: FileColumn) {
  await client.query('DROP TABLE IF EXISTS read_fields');
  await client.query(
    `CREATE TABLE read_fields (id bigint PRIMARY KEY, value ${type} ${type === 'uuid' ? 'UNIQUE' : ''})`,
  );
  const target = await readTarget(client, 'read_fields');
  const entry = {
    file: 'read_fields.csv',
    table: 'read_fields',
    startWith: 1000,
    columns: { id: { from: 'id', type: 'id' as const }, value: source },
  };
  checkTarget(entry, target);
  const column = bindColumns(entry, target, ['id', 'value']).filter(isField)[1]!;
  for (const statement of checkFunctions([column]).values()) await client.query(statement);
  return { column: { ...column, staged: 'field' } satisfies BoundField, entry };
}

/** What goes to the table for a field of the fast way; undefined for one that needs the checks. */
function fastReader(column: BoundField, entry: ImportFile) {
  const write = fieldWriter(fastReaderOf(column, entry)!, 0);
  const record = new RecordBytes(1);
  return (field: string) => {
    const row = new CopyBuffer(64);
    record.takeFields([asBytes(field)]);
    return write(record, row) ? unescaped(row.content().toString('utf8')) : undefined;
  };
}

test.each(fieldTexts)(
  'the checks in SQL pass what the fast reader passes of $source.type in $type',
  async ({ type, source, texts }) => {
    const { column, entry } = await columnOf(type, { from: 'value', ...source });
    const readFast = fastReader(column, entry);
    let passed = 0;
    const property = fc.asyncProperty(
      fc.array(texts, { minLength: 40, maxLength: 80 }),
      async (fields) => {
        const fast = fields.flatMap((field) => {
          const read = field.includes('\0') ? undefined : readFast(field);
          return read === undefined ? [] : [{ field, read }];
        });
        passed += fast.length;
        const { rows } = await client.query(
          `SELECT field, ${fieldProblemSql(column, entry)} AS problem,
           CASE WHEN ${fieldProblemSql(column, entry)} IS NULL
             THEN (${typedFieldSql(column)})::text = read::${type}::text END AS is_same
         FROM unnest($1::text[], $2::text[]) given (field, read)`,
          [fast.map(({ field }) => field), fast.map(({ read }) => read)],
        );
        const [passing, refused] = [
          rows.filter(({ problem }) => problem === null),
          rows.filter(({ problem }) => problem !== null),
        ];
        expect(passing.filter(({ is_same }) => !is_same)).toEqual([]);
        // Digits may be more than the column takes, where COPY itself refuses them.
        for (const { field } of refused) {
          expect(field).toMatch(/^\d+$/);
          await expect(client.query(`SELECT $1::text::${type}`, [field])).rejects.toThrow();
        }
      },
    );
    await fc.assert(property, { numRuns: 20 });
    expect(passed).toBeGreaterThan(20);
  },
);

test('whole numbers that COPY would round are not read fast', async () => {
  const { column, entry } = await columnOf('numeric(3,-1)', { from: 'value', type: 'integer' });
  const readFast = fastReader(column, entry);
  expect(['14', '-14', '14.0', '140'].map(readFast)).toEqual(Array(4).fill(undefined));
});

test('public references are never read fast', async () => {
  const { column, entry } = await columnOf('bigint', {
    from: 'value',
    type: 'publicReference',
    to: 'read_fields',
  });
  expect(fastReaderOf(column, entry)).toBeUndefined();
});
