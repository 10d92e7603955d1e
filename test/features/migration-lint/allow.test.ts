import { describe, expect, test } from '@jest/globals';
import { lintText } from 'nest-dual-id/migration-lint';
import { migrationText } from './fixtures/fixtures.js';

const disable = ['missing-lock-timeout'];
const allow = 'dual-id-lint: allow drop-column because nothing reads it';
const drop = 'ALTER TABLE orders DROP COLUMN note';

/** What is said of the body of `up`, or of a file of SQL. */
function said(text: string, file = 'change.ts'): string[] {
  const whole = file.endsWith('.sql') ? text : migrationText(text);
  const { findings, notes } = lintText(file, whole, { disable });
  return [...findings.map(({ rule }) => rule), ...notes.map(({ note }) => note)];
}

describe('an allow comment with a reason', () => {
  test.each([
    ['above the call', `// ${allow}\nawait queryRunner.query('${drop}');`],
    ['in a block', `/* ${allow} */\nawait queryRunner.query('${drop}');`],
    ['above a long call', `// ${allow}\nawait queryRunner.query(\n\`SELECT 1;\n\n${drop}\`);`],
    ['within the template', `await queryRunner.query(\`\n-- ${allow}\n${drop}\`);`],
    ['with another comment', `// ${allow}\n// since May\nawait queryRunner.query('${drop}');`],
    ['above a constant', `// ${allow}\nconst sql = '${drop}';\nawait queryRunner.query(sql);`],
    ['above an action', `await queryRunner.query(\`ALTER TABLE orders\n-- ${allow}\nDROP note\`);`],
    ['before CRLF', `// ${allow}\r\nawait queryRunner.query('${drop}');`],
  ])('allows a rule %s', (_, up) => {
    expect(said(up)).toEqual([]);
  });

  test('allows it in SQL', () => {
    expect(said(`-- ${allow}\n${drop};`, 'change.sql')).toEqual([]);
  });

  test.each([
    ['two lines above', `// ${allow}\n\nawait queryRunner.query('${drop}');`],
    ['below', `await queryRunner.query('${drop}');\n// ${allow}`],
    ['in a text', `const text = '// ${allow}';\nawait queryRunner.query('${drop}');`],
  ])('allows nothing %s', (_, up) => {
    expect(said(up)[0]).toBe('drop-column');
  });

  test('allows one rule, not others', () => {
    const add = 'ALTER TABLE orders ADD COLUMN a json';
    expect(said(`// ${allow}\nawait queryRunner.query('${add}');`)).toEqual([
      'json-column',
      'the comment allows drop-column, which nothing here breaks',
    ]);
  });
});

describe('an allow comment is itself reported', () => {
  test.each([
    ['without a reason', '// dual-id-lint: allow drop-column'],
    ['with an empty one', '// dual-id-lint: allow drop-column because '],
    ['without the word', '// dual-id-lint: allow drop-column nothing reads it'],
    ['with an unknown rule', '// dual-id-lint: allow drop-colum because nothing reads it'],
  ])('%s, and allows nothing', (_, comment) => {
    const found = said(`${comment}\nawait queryRunner.query('${drop}');`);
    expect(found).toEqual(['allow-without-reason', 'drop-column']);
  });
});
