import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import pg from 'pg';
import { endOnSignal } from '../end-on-signal.js';
import { markdownOf, writeDocumentation } from './documentation.js';
import { fillTables } from './fill.js';
import { layouts } from './layouts.js';
import { readOptions } from './options.js';
import { measureReads } from './reads.js';
import type { Measured } from './report.js';
import { reportOf } from './report.js';
import type { Sizes } from './sizes.js';
import { sizesOf } from './sizes.js';

/**
 * `npm run bench:keys`: a bigint inside and a uuid outside against a uuid for both, on one
 * PostgreSQL 18. The server does not wait for the disk at a commit.
 */
const settings = {
  shared_buffers: '1GB',
  max_wal_size: '16GB',
  synchronous_commit: 'off',
  autovacuum: 'off',
  jit: 'off',
};

const options = readOptions(process.argv.slice(2));
const dataDir = join(tmpdir(), `dual-id-bench-keys-${process.pid}`);
const began = Date.now();
const embedded = await startEmbeddedPostgres({ dataDir, settings });
const client = new pg.Client({ connectionString: embedded.url });
endOnSignal(end);
try {
  await client.connect();
  const measured: Measured[] = [];
  for (const rows of options.rows) measured.push(await measure(rows));
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  const report = reportOf(measured, rows[0]?.server_version ?? '');
  writeFileSync(options.output, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.writeDocs) writeDocumentation(report);
  process.stdout.write(`\n${markdownOf(report)}\n\n`);
  say(`Wrote ${options.output}`);
} finally {
  await client.end();
  await end();
}

async function end(): Promise<void> {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(rows: number): Promise<Measured> {
  say(`Inserting ${rows} orders in each layout`);
  const filling = await fillTables(client, rows);
  const sizes = new Map<string, Sizes>();
  for (const layout of layouts) sizes.set(layout.name, await sizesOf(client, layout));
  say('Reading');
  const reads = await measureReads(client, options.rounds);
  for (const { name } of layouts) await client.query(`DROP SCHEMA ${name} CASCADE`);
  return { rows, filling, sizes, reads };
}

function say(text: string): void {
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}
