import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { ownedDatabase } from '../../support/empty-database.js';
import { subjects } from '../../support/conversion-load/tables.js';
import { urlAs } from '../../support/roles.js';
import { endOnSignal } from '../end-on-signal.js';
import type { MeasuredConversion } from './measure.js';
import { measureConversion } from './measure.js';
import { readOptions } from './options.js';
import { linesOf, lockLines } from './report.js';
import { measureSwaps } from './swaps.js';

/**
 * `npm run bench:conversion`: tables are converted while clients use them, on a PostgreSQL that
 * waits for the disk as it does anywhere.
 */
const settings = { shared_buffers: '1GB', max_wal_size: '8GB' };

const options = readOptions(process.argv.slice(2));
const dataDir = join(tmpdir(), `dual-id-bench-conversion-${process.pid}`);
const began = Date.now();
const { version, output } = options;
const embedded = await startEmbeddedPostgres({ dataDir, settings, version });
endOnSignal(end);
try {
  const measured: MeasuredConversion[] = [];
  const locked: Record<string, number[]> = {};
  for (const rows of options.rows) {
    for (const kind of options.kinds) measured.push(await measure(kind, rows));
  }
  for (const kind of options.kinds) locked[kind] = await swaps(kind);
  const machine = { cpus: availableParallelism(), node: process.version, postgres: version };
  const report = { machine, rate: options.rate, jobs: options.jobs, measured, locked };
  writeFileSync(output, `${JSON.stringify(report, undefined, 2)}\n`);
  const lines = [...measured.flatMap(linesOf), ...Object.entries(locked).flatMap(lockLines)];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (measured.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
} finally {
  await end();
}

async function end(): Promise<void> {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(kind: string, rows: number): Promise<MeasuredConversion> {
  const { rate, jobs } = options;
  const database = async () => urlAs('owner', await ownedDatabase(embedded.url, `b${Date.now()}`));
  return measureConversion(kind, subjects[kind]!, { url: await database(), rows, rate, jobs, say });
}

async function swaps(kind: string): Promise<number[]> {
  const url = urlAs('owner', await ownedDatabase(embedded.url, `b${Date.now()}`));
  say(`${kind}: swapping there and back`);
  return measureSwaps(subjects[kind]!, { url, rate: options.rate, swaps: options.swaps });
}

function say(text: string): void {
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}
