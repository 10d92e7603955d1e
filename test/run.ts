import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../src/shop/data-source-options.js';
import { grantShop } from '../src/shop/roles.js';
import { makeRoles, roleNames, urlAs } from './support/roles.js';
import { shortLivedFolder } from './support/short-lived-folder.js';

/**
 * Runs the tests on a PostgreSQL of their own: POSTGRES_VERSION (18, or 15) starts an embedded
 * one, TEST_SERVER_URL takes a running server. Every test file clones the migrated template, which
 * a plain role owns; the shop works as another one. The run is in one folder, and the data of
 * the server in another, which a keeper removes with all that is in them however the run ends.
 */
const template = 'dual_id_template';
const root = fileURLToPath(new URL('../..', import.meta.url));
const version = process.env['POSTGRES_VERSION'] === '15' ? '15' : '18';
const given = process.env['TEST_SERVER_URL'];

const folder = mkdtempSync(join(tmpdir(), 'dual-id-test-'));
// The server of a run as root belongs to another user, who has to get in.
chmodSync(folder, 0o755);
const keeper = spawn(
  process.execPath,
  [
    join(root, 'dist/test/keeper.js'),
    folder,
    ...(given === undefined ? [version, shortLivedFolder()] : []),
  ],
  { detached: true, stdio: ['pipe', 'pipe', 'inherit'] },
);
const kept = once(keeper, 'exit');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void end().then(() => process.exit(128 + constants.signals[signal])));
}
try {
  const own = await firstLine();
  const server = given ?? own;
  await makeTemplate(server);
  process.exitCode = await runJest(server);
} finally {
  await end();
}

async function end(): Promise<void> {
  keeper.stdin.end();
  await kept;
}

/** Where the server is; a keeper that has none to offer has said why. */
async function firstLine(): Promise<string> {
  for await (const line of createInterface(keeper.stdout)) return line;
  process.exit(1);
}

async function makeTemplate(server: string): Promise<void> {
  const admin = new DataSource({ type: 'postgres', url: server });
  await admin.initialize();
  await admin.query(`DROP DATABASE IF EXISTS ${template}`);
  for (const statement of makeRoles) await admin.query(statement);
  await admin.query(`CREATE DATABASE ${template} OWNER ${roleNames.owner}`);
  await admin.destroy();
  const owner = await new DataSource(shopDataSource(urlAs('owner', server, template))).initialize();
  await runMigrations(owner);
  await owner.transaction((runner) => grantShop(runner, roleNames.application));
  await owner.destroy();
}

function runJest(server: string): Promise<number> {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--no-warnings', jest, '-c', 'test/jest.config.js'];
  const env = {
    ...process.env,
    TEST_SERVER_URL: server,
    TEST_TEMPLATE: template,
    TMPDIR: join(folder, 'tmp'),
  };
  // Words name test files, and not the folder that the repository happens to be in.
  const words = process.argv.slice(2);
  const named = words.map((word) => (word.startsWith('-') ? word : `dist/test/.*${word}`));
  const child = spawn(process.execPath, [...args, ...named], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
