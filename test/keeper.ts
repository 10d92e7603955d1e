import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import pg from 'pg';
import { endProcesses, endServers } from './support/leftovers.js';

/**
 * Keeps the server of a test run in a session of its own, and ends it when its stdin ends: that is
 * when the runner is done, and also when it was killed. What else the run has left is ended too:
 * its processes, the servers of single tests, and the folder that all of them are in.
 */
const [folder = '', version, dataDir = ''] = process.argv.slice(2);
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  // Thousands of connections are opened, and the hash of a password takes a quarter of each.
  ...(version === '15' ? {} : { scram_iterations: '1' }),
};
// The runner that would read what is written may be gone.
process.stdout.on('error', () => undefined);
await mkdir(join(folder, 'tmp'), { recursive: true });
try {
  const embedded =
    version === undefined
      ? undefined
      : await startEmbeddedPostgres({
          dataDir,
          version: version === '15' ? 15 : 18,
          settings,
        });
  if (embedded) await hashPasswordAgain(embedded.url);
  process.stdout.write(`${embedded?.url ?? 'none'}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('close', resolve));
  endProcesses(folder);
  await embedded?.stop();
} finally {
  for (const made of version === undefined ? [folder] : [dataDir, folder]) {
    await endServers(made);
    await rm(made, { recursive: true, force: true });
  }
}

/** The superuser's password was hashed before the server had its settings. */
async function hashPasswordAgain(url: string): Promise<void> {
  const { username, password } = new URL(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const text = client.escapeLiteral(decodeURIComponent(password));
  await client.query(`ALTER ROLE ${client.escapeIdentifier(username)} PASSWORD ${text}`);
  await client.end();
}
