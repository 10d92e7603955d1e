import { describe, expect, test } from '@jest/globals';
import { lintText } from 'nest-dual-id/migration-lint';
import type { LintOptions } from 'nest-dual-id/migration-lint';

const disable = ['missing-lock-timeout'];

/** What is found in the body of `up`, with code around its class. */
function found(up: string, { around = '', inside = '', ...options }: Around = {}): string[] {
  const text = `${around}
export class Change1800000000000 implements MigrationInterface {
  ${inside}
  async up(queryRunner: QueryRunner): Promise<void> { ${up} }
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE orders');
  }
}`;
  const { findings, notes } = lintText('change.ts', text, { disable, ...options });
  return [
    ...findings.map(({ rule, subject }) => `${rule} ${subject}`),
    ...notes.map(({ note }) => note),
  ];
}

interface Around extends LintOptions {
  readonly around?: string;
  readonly inside?: string;
}

const dropped = ['drop-table orders'];

describe('the lint reads', () => {
  test.each([
    ['a template', 'await queryRunner.query(`DROP TABLE orders`);'],
    ['a concatenation', `await queryRunner.query('DROP ' + "TABLE " + \`orders\`);`],
    ['a constant', `const sql = 'DROP TABLE orders'; await queryRunner.query(sql);`],
    ['a name in a template', `const t = 'orders'; await queryRunner.query(\`DROP TABLE \${t}\`);`],
    ['a tagged template', 'await queryRunner.query(dedent`DROP TABLE orders`);'],
    ['a trimmed text', 'await queryRunner.query(` DROP TABLE orders `.trim());'],
    ['a joined list', `await queryRunner.query(['DROP', 'TABLE orders'].join(' '));`],
    ['a list in a loop', `for (const s of ['DROP TABLE orders']) await queryRunner.query(s);`],
    ['objects in a loop', `for (const { t } of [{ t: 'orders' }]) await queryRunner.dropTable(t);`],
    ['forEach', `['orders'].forEach((t) => queryRunner.query('DROP TABLE ' + t));`],
    ['Promise.all', `await Promise.all(['orders'].map((t) => queryRunner.dropTable(t)));`],
    ['a branch', `await queryRunner.query(a ? 'SELECT 1' : 'DROP TABLE orders');`],
    ['an escape', `await queryRunner.query('DROP\\tTABLE\\x20\\u006frders');`],
    ['the manager', `await queryRunner.manager.query('DROP TABLE orders');`],
    ['an alias', `const m = queryRunner.manager; await m.query('DROP TABLE orders');`],
    ['a cast', `await (queryRunner as any).query(<string>'DROP TABLE orders' as string);`],
    ['another name', `const q = queryRunner; await q?.query('DROP TABLE orders');`],
    ['getTable', `await queryRunner.dropTable((await queryRunner.getTable('orders'))!);`],
    ['new Table', `await queryRunner.dropTable(new Table({ name: 'orders' }));`],
  ])('%s', (_, up) => {
    expect(found(up)).toEqual(dropped);
  });

  test.each([
    ['a constant', 'await queryRunner.query(sql);', `const sql = 'DROP TABLE orders';`],
    [
      'an object',
      'await queryRunner.query(all.first);',
      `const all = { first: 'DROP TABLE orders' };`,
    ],
    [
      'a function',
      'await drop(queryRunner);',
      `function drop(q) { return q.query('DROP TABLE orders'); }`,
    ],
    [
      'a function with a name',
      `await drop('orders', queryRunner);`,
      `const drop = (t: string, q: QueryRunner) => q.query(\`DROP TABLE \${t}\`);`,
    ],
  ])('%s of the file', (_, up, around) => {
    expect(found(up, { around })).toEqual(dropped);
  });

  test.each([
    ['a property', 'await queryRunner.query(this.sql);', `private sql = 'DROP TABLE orders';`],
    [
      'a method',
      'await this.drop(queryRunner);',
      `drop(q) { return q.query('DROP TABLE orders'); }`,
    ],
  ])('%s of the class', (_, up, inside) => {
    expect(found(up, { inside })).toEqual(dropped);
  });

  test('`down` on request', () => {
    expect(found('')).toEqual([]);
    expect(found('', { down: true })).toEqual(dropped);
  });

  test('`transaction = false`, and transactions that the code ends and begins', () => {
    const build = `await queryRunner.query('CREATE INDEX CONCURRENTLY a ON orders (b)');`;
    const refused = ['concurrently-in-transaction a'];
    expect(found(build)).toEqual(refused);
    expect(found(build, { inside: 'transaction = false as const;' })).toEqual([]);
    expect(found(`await queryRunner.commitTransaction(); ${build}`)).toEqual([]);
    const again = 'await queryRunner.startTransaction();';
    expect(found(`await queryRunner.commitTransaction(); ${again} ${build}`)).toEqual(refused);
  });

  test('a class of CommonJS, and an `up` that is a property', () => {
    const js = `module.exports = class A1 { async up(q) { await q.query('DROP TABLE orders') } }`;
    const property = `export class A1 { up = async (q) => q.query('DROP TABLE orders') }`;
    for (const text of [js, property]) {
      expect(lintText('a.cjs', text, { disable }).findings).toMatchObject([{ rule: 'drop-table' }]);
    }
  });
});

describe('the lint says that it did not read', () => {
  test.each([
    ['await queryRunner.query(sql);', 'queryRunner.query(sql)'],
    ['await queryRunner.query(build());', 'queryRunner.query(build())'],
    ['await queryRunner.query(`${a} orders`);', '${a} orders'],
    ['await queryRunner.query(`ALTER TABLE orders ${a}`);', '${a}'],
    ['let s = ""; s += a; await queryRunner.query(s);', 'queryRunner.query(s)'],
    ['await queryRunner.query("SELECT \'a");', 'a string that is not closed'],
    ['await queryRunner.manager.save(a);', 'queryRunner.manager.save(a)'],
    ['await imported(queryRunner);', 'imported(queryRunner)'],
    ['await new Helper(queryRunner).run();', 'new Helper(queryRunner)'],
    ['await super.up(queryRunner);', 'super.up(queryRunner)'],
    ['await queryRunner.query("DO $$ BEGIN EXECUTE a; END $$");', 'EXECUTE a'],
  ])('%s', (up, unread) => {
    expect(found(up)).toEqual([`not read: ${unread}`]);
  });

  test('but not of the safe steps of this library', () => {
    const around = `import { createIndexConcurrently as build } from 'nest-dual-id';`;
    expect(found('await build(queryRunner, index);', { around })).toEqual([]);
  });

  test('of code that calls itself, once it went deep enough', () => {
    const around = `function again(q) { return again(q); }\nconst a = b; const b = a;`;
    expect(found('await again(queryRunner); await queryRunner.query(a);', { around })).toEqual([
      'not read: again(q)',
      'not read: queryRunner.query(a)',
    ]);
  });
});
