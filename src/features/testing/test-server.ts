import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import type { EmbeddedPostgresOptions } from '../embedded-postgres/embedded-postgres.js';

/** A PostgreSQL server for tests. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Nothing in a test has to survive a power failure. */
const serverSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

/**
 * Starts an embedded server that leaves nothing behind. A test run starts one for all its files and
 * passes it on: `process.env.TEST_SERVER_URL = (await startTestServer()).url`.
 */
export async function startTestServer(
  options: Pick<EmbeddedPostgresOptions, 'version'> = {},
): Promise<TestServer> {
  const dataDir = join(tmpdir(), `dual-id-test-${randomBytes(6).toString('hex')}`);
  const { url, stop } = await startEmbeddedPostgres({
    ...options,
    dataDir,
    settings: serverSettings,
  });
  return {
    url,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
