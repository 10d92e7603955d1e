import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { dualId, dualIdProcess, root } from './command.js';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dual-id-export-'));
  await runSql(
    database.url,
    `INSERT INTO users (first_name, last_name, email, country)
     SELECT 'User', 'No. ' || n, n || '@example.org', CASE n % 2 WHEN 0 THEN 'Peru' ELSE 'Chile' END
     FROM generate_series(1, 20000) n`,
  );
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const longName = `${'x'.repeat(300)}.csv`;
const run = (...args: string[]) =>
  dualId(['export', ...args], { env: { DATABASE_URL: urlAs('application', database.url) } });

describe('dual-id export', () => {
  test('writes CSV to the standard output, and nothing else', async () => {
    const env = { DATABASE_URL: urlAs('application', database.url) };
    const { code, out, err } = await dualIdProcess(['export', 'UserView'], { env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\r\n');
    expect(lines).toHaveLength(20_002);
    expect(lines[0]).toMatch(/^uuid,firstName,lastName,email,/);
    expect(lines[1]).toMatch(/^[0-9a-f-]{36},User,No\. 1,1@example\.org,/);
  });

  test('writes NDJSON to a file by filters, and reports the number of rows', async () => {
    const path = join(folder, 'users.ndjson');
    const filter = ['--filter', 'country=Peru'];
    const { code, out } = await run('UserView', '--format', 'ndjson', '--out', path, ...filter);
    expect({ code, out }).toEqual({ code: 0, out: `10000 rows of UserView: ${path}\n` });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(10_000);
    expect(JSON.parse(lines[0]!)).toMatchObject({ country: 'Peru' });
  });

  test('keeps an existing file, unless told to replace it', async () => {
    const path = join(folder, 'kept.csv');
    await writeFile(path, 'mine');
    const { code, err } = await run('UserView', '--out', path);
    expect({ code, err }).toEqual({
      code: 1,
      err: `dual-id: ${path} cannot be written: it exists. Replace it with --overwrite, or choose another file with --out.\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await run('DepartmentView', '--out', path, '--overwrite')).code).toBe(0);
    expect(await readFile(path, 'utf8')).toMatch(/^slug,name/);
    expect((await run('DepartmentView', '--overwrite')).code).toBe(2);
  });

  test('writes a file that only its owner may read, whatever was there before', async () => {
    const path = join(folder, 'private.csv');
    const modeOf = async () => (await stat(path)).mode & 0o777;
    expect((await run('DepartmentView', '--out', path)).code).toBe(0);
    expect(await modeOf()).toBe(0o600);
    await chmod(path, 0o666);
    await writeFile(`${path}.partial`, 'of a run that was killed');
    await chmod(`${path}.partial`, 0o666);
    expect((await run('DepartmentView', '--out', path, '--overwrite')).code).toBe(0);
    expect(await modeOf()).toBe(0o600);
  });

  test('escapes formulas when told to', async () => {
    const formula =
      "INSERT INTO users (first_name, last_name, email) VALUES ('=1+1', 'F', 'f@x.org')";
    await runSql(database.url, formula);
    const path = join(folder, 'formulas.csv');
    expect(await run('UserView', '--out', path, '--formulas', 'escape')).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toContain(",'=1+1,F,");
    expect((await run('UserView', '--out', `${path}.kept`)).code).toBe(0);
    expect(await readFile(`${path}.kept`, 'utf8')).toContain(',=1+1,F,');
    await runSql(database.url, "DELETE FROM users WHERE first_name = '=1+1'");
  });

  test('leaves no partial file behind', async () => {
    const path = join(folder, 'orders.csv');
    const { code } = await run('OrderSummary', '--out', path, '--filter', 'status=lost');
    expect(code).toBe(1);
    expect(await readdir(folder)).not.toContain('orders.csv');
    expect(await readdir(folder)).not.toContain('orders.csv.partial');
  });

  test.each([
    [
      'whose folder is missing',
      'none/x.csv',
      /^dual-id: (.*)\/none\/x\.csv cannot be written: there is no folder \1\/none\. Create it, or choose another file with --out\.$/,
    ],
    [
      'whose folder is a file',
      'plain/x.csv',
      /\/plain\/x\.csv cannot be written: .*\/plain is not a folder\. Choose another file with --out\.$/,
    ],
    [
      'that is a folder',
      'taken',
      /\/taken cannot be written: it is a folder\. Choose a file with --out\.$/,
    ],
    [
      'whose name is too long',
      longName,
      /cannot be written: the name is too long\. Choose another file with --out\.$/,
    ],
  ])(
    'says in one sentence why it cannot write a file %s, and leaves nothing',
    async (_what, name, sentence) => {
      await writeFile(join(folder, 'plain'), '');
      await mkdir(join(folder, 'taken'), { recursive: true });
      const before = await readdir(folder);
      const { code, out, err } = await run('DepartmentView', '--out', join(folder, name));
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err.trimEnd()).toMatch(sentence);
      expect(await readdir(folder)).toEqual(before);
    },
  );

  test('does not replace a pipe, even when told to overwrite', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    for (const more of [[], ['--overwrite']]) {
      const { code, err } = await run('DepartmentView', '--out', path, ...more);
      expect(code).toBe(1);
      expect(err).toContain('cannot be written: it is a device, pipe or socket. Send the standard');
    }
    expect((await stat(path)).isFIFO()).toBe(true);
    await rm(path);
  });

  test('reports a full disk', async () => {
    if (!existsSync('/dev/full')) return;
    const path = join(folder, 'full.csv');
    await symlink('/dev/full', `${path}.partial`);
    const { code, err } = await run('UserView', '--out', path);
    expect({ code, err: err.trimEnd() }).toEqual({
      code: 1,
      err: `dual-id: ${path} cannot be written: the disk is full. Free some space, or choose another file with --out.`,
    });
  });

  test('ends cleanly, transaction and all, when its reader closes early', async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
    const env = { ...process.env, DATABASE_URL: urlAs('application', database.url) };
    const child = spawn(process.execPath, [main, 'export', 'UserView'], { cwd: root, env });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [open] = await runSql<{ count: number }>(
      database.url,
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    expect(open).toEqual({ count: 0 });
  });

  test.each([
    [[], 2, 'Name a view: `dual-id export <view>`. There are UserView, DepartmentView,'],
    [['UserVew'], 2, 'There is no view UserVew. Did you mean UserView?'],
    [['Zzz'], 2, 'There is no view Zzz. There are UserView,'],
    [['UserView', 'CartView'], 2, 'Name one view, not UserView and CartView.'],
    [['UserView', '--format', 'xml'], 2, '--format needs one of: csv, ndjson, not xml.'],
    [['UserView', '--formulas', 'run'], 2, '--formulas needs one of: keep, escape, not run.'],
    [
      ['UserView', '--format', 'ndjson', '--formulas', 'escape'],
      2,
      '--formulas escape needs --format csv.',
    ],
    [['UserView', '--filter', 'country'], 2, '--filter needs a name=value, not country.'],
    [['UserView', '--filter', 'a=1', '--filter', 'a=2'], 2, '--filter names a twice.'],
    [['UserView', '--filter', 'contry=Peru'], 1, 'UserView has no filter contry. Its filters:'],
    [['OrderView', '--filter', 'id=7'], 1, 'OrderView has no filter id.'],
  ])('responds to %j with exit code %i and one sentence', async (args, code, sentence) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(sentence);
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('asks for the migrations if there are no tables', async () => {
    const empty = await emptyDatabase();
    const env = { DATABASE_URL: empty.url };
    const { code, out, err } = await dualId(['export', 'UserView', '--format=csv'], { env });
    await empty.drop();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('A table of the view is missing. Run `dual-id migrate` first.');
  });
});
