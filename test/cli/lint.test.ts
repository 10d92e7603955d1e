import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LintReport } from 'nest-dual-id/migration-lint';
import { fixtures, migrationText } from '../features/migration-lint/fixtures/fixtures.js';
import { dualId } from './command.js';

const safe = migrationText(`await queryRunner.query('SELECT 1');`);
const unsafe = migrationText(`await queryRunner.query('DROP TABLE orders');`);
let cwd: string;
const run = (...args: string[]) => dualId(['lint', ...args], { cwd });
const write = async (path: string, text: string | Uint8Array) => {
  await mkdir(join(cwd, path, '..'), { recursive: true });
  await writeFile(join(cwd, path), text);
};

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'dual-id-lint-'));
});
afterEach(() => rm(cwd, { recursive: true }));

describe('dual-id lint migrations', () => {
  test('prints where, which rule, why and the safe form', async () => {
    await write('migrations/1800000000000-drop.ts', unsafe);
    const { code, out, err } = await run('migrations', '--disable', 'missing-lock-timeout');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('migrations/1800000000000-drop.ts:6:26  drop-table  orders\n');
    expect(out).toContain('  Running code still reads the table');
    expect(out).toContain('    await queryRunner.query(`DROP TABLE orders`);\n');
    expect(out).toMatch(/Findings: 1\. Files: 1\. Not read: 0 places\.\n$/);
  });

  test('takes folders, files and globs, and ends with 0 where nothing is unsafe', async () => {
    await write('src/migrations/deep/a.ts', safe);
    await write('src/migrations/a.d.ts', 'syntax error');
    await write('src/migrations/notes.md', 'DROP TABLE orders');
    await write('src/migrations/node_modules/x/b.ts', unsafe);
    await write('other/b.sql', 'DROP TABLE a');
    expect(await run('migrations')).toMatchObject({ code: 0, err: '' });
    expect((await run('migrations', 'other/b.sql')).code).toBe(1);
    expect((await run('migrations', '**/*.sql')).code).toBe(1);
    expect((await run('migrations', 'src')).out).toContain('Files: 1.');
  });

  test('checks only migrations after a timestamp, of the file or the class', async () => {
    await write('migrations/1700000000000-old.ts', unsafe);
    await write('migrations/nameless.ts', unsafe);
    const files = async (since: string) =>
      (await run('migrations', '--since', since, '--json')).out.match(/"file": "[^"]+"/g) ?? [];
    expect(new Set(await files('1600000000000')).size).toBe(2);
    expect(new Set(await files('1700000000000'))).toEqual(
      new Set(['"file": "migrations/nameless.ts"']),
    );
    expect(await files('1800000000000')).toEqual([]);
  });

  test('finds each rule in a folder, with JSON for programs', async () => {
    for (const [at, { up, transaction }] of fixtures.entries()) {
      await write(`migrations/${1_800_000_000_000 + at}-x.ts`, migrationText(up, transaction));
    }
    const { code, out } = await run('migrations', '--json');
    const report = JSON.parse(out) as LintReport;
    expect(code).toBe(1);
    expect(report.files).toBe(fixtures.length);
    const found = new Set(report.findings.map(({ rule }) => rule));
    expect([...found].toSorted()).toEqual(
      [...new Set(fixtures.map(({ rule }) => rule))].toSorted(),
    );
  });
});

describe('a file that cannot be checked', () => {
  test.each([
    ['broken.ts', 'export class {', /It cannot be parsed: /],
    ['binary.ts', Buffer.from([0, 1, 2]), /It is no text\./],
    ['latin.sql', Buffer.from("SELECT '\xe4'", 'latin1'), /It is not in UTF-8\. Convert it\./],
    ['deep.js', `class A { up(q) { ${'['.repeat(50_000)}`, /nested too deeply/],
  ])('%s is named; the others are checked', async (file, text, problem) => {
    await write(`migrations/${file}`, text);
    await write('migrations/z.ts', unsafe);
    const { code, out, err } = await run('migrations');
    expect(code).toBe(2);
    expect(out).toContain('migrations/z.ts:6:26  drop-table');
    expect(err).toMatch(new RegExp(`^dual-id: migrations/${file} was not checked\\. .*\n$`));
    expect(err).toMatch(problem);
  });

  test('that does not exist is named as well', async () => {
    expect(await run('migrations', 'missing.ts')).toMatchObject({
      code: 2,
      err: 'dual-id: missing.ts was not checked. It does not exist.\n',
    });
  });

  test.each([
    ['a byte order mark', `\uFEFF${unsafe}`, 6],
    ['CRLF', unsafe.replaceAll('\n', '\r\n'), 6],
    ['a very long line', `/*${' '.repeat(2_000_000)}*/\n${unsafe}`, 7],
  ])('is none for %s', async (_, text, line) => {
    await write('migrations/a.ts', text);
    const { code, out } = await run('migrations');
    expect(code).toBe(1);
    expect(out).toContain(`migrations/a.ts:${line}:26  drop-table`);
  });
});

describe('invalid usage', () => {
  test.each([
    [[], 'Say what to check'],
    [['entities'], 'Say what to check'],
    [['migrations'], 'There are no migrations in migrations, src/migrations'],
    [['migrations', '*.none'], 'No file of migrations was found.'],
    [['migrations', 'a.ts', '--since', 'May'], '--since needs a timestamp such as 1760000000000'],
    [['migrations', 'a.ts', '--postgres', '17.2'], '--postgres needs a major version such as 17'],
    [['migrations', 'a.ts', '--disable', 'drop-colum'], 'Did you mean drop-column?'],
    [['migrations', 'a.ts', '--disabel', 'x'], 'There is no option --disabel.'],
  ])('%j ends with 2 and a hint', async (args, sentence) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });
});
