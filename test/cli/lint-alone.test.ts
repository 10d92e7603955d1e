import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrationText } from '../features/migration-lint/fixtures/fixtures.js';
import { root } from './command.js';

/** What the lint is made of besides this package. */
const needed = ['@babel/parser', 'tinyglobby', 'fdir', 'picomatch'];
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'dual-id-alone-'));
  const modules = join(project, 'node_modules');
  const own = join(modules, 'nest-dual-id');
  await cp(join(root, 'dist/src'), join(own, 'dist/src'), { recursive: true });
  await cp(join(root, 'package.json'), join(own, 'package.json'));
  for (const name of needed) {
    await cp(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  }
  await mkdir(join(project, 'migrations'));
  await writeFile(
    join(project, 'migrations/1800000000000-drop.ts'),
    migrationText(`throw new Error('It ran.');\nawait queryRunner.query('DROP TABLE orders');`),
  );
});
afterAll(() => rm(project, { recursive: true }));

describe('in a project that has neither TypeORM nor Nest nor a package.json', () => {
  test('the lint checks migrations and runs none of them', async () => {
    expect(await readdir(project)).toEqual(['migrations', 'node_modules']);
    const main = join(project, 'node_modules/nest-dual-id/dist/src/cli/main.js');
    const run = promisify(execFile)(process.execPath, [main, 'lint', 'migrations'], {
      cwd: project,
      env: {},
      timeout: 30_000,
    });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: '',
      stdout: expect.stringContaining('1800000000000-drop.ts:7:26  drop-table  orders'),
    });
  });
});
