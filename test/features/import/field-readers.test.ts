import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FileColumn } from 'nest-dual-id/import';
import pg from 'pg';
import type { BoundField } from '../../../src/features/import/bound-column.js';
import { bindColumns, isField } from '../../../src/features/import/bound-column.js';
import { asBytes } from '../../../src/features/import/copy-rows.js';
import {
  checkFunctions,
  fieldProblem,
  typedField,
} from '../../../src/features/import/field-checks.js';
import { plainField } from '../../../src/features/import/plain-field.js';
import { checkTarget } from '../../../src/features/import/target-checks.js';
import { readTarget } from '../../../src/features/import/target-table.js';
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
});
afterAll(async () => {
  await client.end();
  await bench.close();
});

const asText = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');

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
    columns: { id: { from: 'id', type: 'id' as const }, value: source },
  };
  checkTarget(entry, target);
  const column = bindColumns(entry, target, ['id', 'value']).filter(isField)[1]!;
  for (const statement of checkFunctions([column]).values()) await client.query(statement);
  return { column: { ...column, staged: 'field' } satisfies BoundField, entry };
}

test.each(fieldTexts)(
  'the checks in SQL pass what the fast reader passes of $source.type in $type',
  async ({ type, source, texts }) => {
    const { column, entry } = await columnOf(type, { from: 'value', ...source });
    const reader = plainField(column, entry)!;
    let passed = 0;
    const property = fc.asyncProperty(
      fc.array(texts, { minLength: 40, maxLength: 80 }),
      async (fields) => {
        const plain = fields.flatMap((field) => {
          const read = field.includes('\0') ? undefined : reader.read(asBytes(field));
          return read === undefined ? [] : [{ field, read: unescaped(asText(read)) }];
        });
        passed += plain.length;
        const { rows } = await client.query(
          `SELECT field, ${fieldProblem(column, entry)} AS problem,
           CASE WHEN ${fieldProblem(column, entry)} IS NULL
             THEN (${typedField(column)})::text = read::${type}::text END AS is_same
         FROM unnest($1::text[], $2::text[]) given (field, read)`,
          [plain.map(({ field }) => field), plain.map(({ read }) => read)],
        );
        expect(rows).toEqual(plain.map(({ field }) => ({ field, problem: null, is_same: true })));
      },
    );
    await fc.assert(property, { numRuns: 20 });
    expect(passed).toBeGreaterThan(20);
  },
);
