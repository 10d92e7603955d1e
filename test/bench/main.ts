import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import pg from 'pg';
import { leaveServerCores } from './cores.js';
import { endOnSignal } from './end-on-signal.js';
import { readOptions } from './options.js';
import { stopPeers } from './peers/peer-process.js';
import { writeDocumentation } from './report/documentation.js';
import { reportOf } from './report/report.js';
import { tablesOf } from './report/table.js';
import { runParts } from './run-parts.js';

/**
 * `npm run bench`: the library against its peers, on one PostgreSQL. The server keeps its data on
 * disk but does not wait for the disk at a commit, because otherwise the disk would be measured.
 */
const settings = {
  shared_buffers: '1GB',
  max_connections: '300',
  max_wal_size: '8GB',
  synchronous_commit: 'off',
};

const options = readOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'dual-id-bench-'));
// PostgreSQL does not run as root; whoever it runs as may not enter the folder above.
const dataDir = `${folder}-data`;
const began = Date.now();
const embedded =
  options.server === undefined ? await startEmbeddedPostgres({ dataDir, settings }) : undefined;
endOnSignal(end);
leaveServerCores();
try {
  const server = options.server ?? embedded!.url;
  const outcome = await runParts({ options, effort: options, server, folder, say });
  const report = reportOf(options, await versionOf(server), outcome);
  writeFileSync(options.output, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.writeDocs) writeDocumentation(report);
  process.stdout.write(`\n${tablesOf(report)}\n\n`);
  say(`Wrote ${options.output}`);
} finally {
  await end();
}

async function end(): Promise<void> {
  await stopPeers();
  await embedded?.stop();
  for (const path of [folder, dataDir]) rmSync(path, { recursive: true, force: true });
}

function say(text: string): void {
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

async function versionOf(server: string): Promise<string> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return (await client.query('SHOW server_version')).rows[0].server_version as string;
  } finally {
    await client.end();
  }
}
