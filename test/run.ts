import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMigrations } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../src/shop/data-source-options.js';
import { grantShop } from '../src/shop/roles.js';
import { makeRoles, roleNames, urlAs } from './support/roles.js';

/**
 * Runs the tests on a PostgreSQL of their own: POSTGRES_VERSION (18, or 15) starts an embedded
 * one, TEST_SERVER_URL takes a running server. Every test file clones the migrated template, which
 * a plain role owns; the shop works as another one.
 */
const template = 'dual_id_template';
const root = fileURLToPath(new URL('../..', import.meta.url));
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const given = process.env['TEST_SERVER_URL'];

const dataDir = join(tmpdir(), `dual-id-test-${randomBytes(6).toString('hex')}`);
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};
const embedded =
  given === undefined ? await startEmbeddedPostgres({ dataDir, version, settings }) : undefined;
try {
  const server = given ?? embedded!.url;
  await makeTemplate(server);
  process.exitCode = await runJest(server);
} finally {
  await embedded?.stop();
  await rm(dataDir, { recursive: true, force: true });
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
  const env = { ...process.env, TEST_SERVER_URL: server, TEST_TEMPLATE: template };
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
