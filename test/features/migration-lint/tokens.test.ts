import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lintText } from 'nest-dual-id/migration-lint';
import { SqlText } from '../../../src/features/migration-lint/source-text.js';
import { statementsOf } from '../../../src/features/migration-lint/sql/statements.js';
import { tokensOf } from '../../../src/features/migration-lint/sql/tokens.js';
import { migrationText } from './fixtures/fixtures.js';

const kindsOf = (sql: string) =>
  tokensOf(new SqlText(sql, 0)).map(({ kind, value }) => `${kind} ${value}`);

/** Pieces out of which odd SQL is made. */
const pieces = fc.constantFrom(
  ...["'", '"', '$$', '$a$', '--', '/*', '*/', '\n', '\r\n', ' ', ';', '(', ')', ',', '\\', '.'],
  ...[
    'E',
    'U&',
    '$1',
    '1e5',
    '0x',
    '::',
    'ä',
    '\u{1F600}',
    '\uFFFC',
    '\0',
    '\uD800',
    '`',
    '${',
    '}',
  ],
  ...['ALTER', 'TABLE', 'ADD', 'CREATE', 'INDEX', 'DO', 'x', 'BEGIN', 'ATOMIC', 'END', 'CHECK'],
);
const oddSql = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary' }),
);

describe('the tokens', () => {
  test.each([
    ["'it''s' E'a\\'b' b'1'", ["string it's", "string a\\'b", 'string 1']],
    [`"a""b".U&"d\\0061"`, ['quoted a"b', 'symbol .', 'quoted d\\0061']],
    ["$$it's;$$ $x$ $$ $x$ $1", ["string it's;", 'string  $$ ', 'parameter $1']],
    ['a /* b /* c */ d */ e -- f\ng', ['word a', 'word e', 'word g']],
    ['a$b 1.5e-3 x::text', ['word a$b', 'number 1.5e-3', 'word x', 'symbol ::', 'word text']],
    ['größe', ['word größe']],
    ["a 'b", ['word a', 'unclosed string']],
    ['a /* b', ['word a', 'unclosed comment']],
    ['$a$ b $$', ['unclosed string']],
  ])('of %s are those of PostgreSQL', (sql, expected) => {
    expect(kindsOf(sql)).toEqual(expected);
  });

  test('of any text are in order, within it and apart', () => {
    fc.assert(
      fc.property(oddSql, (sql) => {
        let last = 0;
        for (const { start, end, inner } of tokensOf(new SqlText(sql, 0))) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          if (inner) expect(start < inner[0] && inner[0] <= inner[1] && inner[1] < end).toBe(true);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(sql.length);
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a very long string, comment or name take no recursion', () => {
    const long = 'x'.repeat(3_000_000);
    for (const sql of [
      `'${long}'`,
      `"${long}"`,
      `/*${long}*/ a`,
      `$$${long}$$`,
      long,
      `'${long}`,
    ]) {
      expect(tokensOf(new SqlText(sql, 0))).toHaveLength(1);
    }
  });
});

describe('statements', () => {
  test.each([
    ["SELECT ';'; SELECT $$;$$; -- ;\nSELECT 1", 3],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 1',
      2,
    ],
    ['CREATE OR REPLACE RULE r AS ON INSERT TO a DO (DELETE FROM b; SELECT 1); SELECT 1', 2],
    ['BEGIN ATOMIC; DROP TABLE a', 2],
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; DROP TABLE a', 1],
    [';;;', 0],
    ['', 0],
  ])('in %s are counted', (sql, count) => {
    expect(statementsOf(new SqlText(sql, 0))).toHaveLength(count);
  });
});

describe('the lint', () => {
  test('never fails on any SQL, as a file or in a migration', () => {
    fc.assert(
      fc.property(oddSql, (sql) => {
        lintText('odd.sql', sql);
        lintText('odd.ts', migrationText(`await queryRunner.query(${JSON.stringify(sql)});`));
      }),
      { numRuns: 1_000 },
    );
  });

  test('tells where a statement stands, after any other', () => {
    const before = fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(before, fc.boolean(), (odd, isTemplate) => {
        // Whatever follows in the body of a function that does not end is a part of it.
        fc.pre(!/create.*begin\s+atomic/is.test(odd));
        const quoted = JSON.stringify(`${odd.replaceAll(/[$'"/;-]/g, '')}; DROP TABLE orders`);
        const literal = isTemplate ? `\`${quoted.slice(1, -1).replaceAll('`', '\\`')}\`` : quoted;
        const text = migrationText(`await queryRunner.query(${literal});`);
        const { findings } = lintText('odd.ts', text, { disable: ['missing-lock-timeout'] });
        const [line, column] = placeOf(text, text.indexOf('DROP TABLE'));
        // What stands before may be a finding of its own.
        const found = findings.filter(({ rule }) => rule === 'drop-table');
        expect(found).toMatchObject([{ line, column }]);
      }),
    );
  });
});

function placeOf(text: string, at: number): [line: number, column: number] {
  const before = text.slice(0, at).split('\n');
  return [before.length, before.at(-1)!.length + 1];
}
