import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { endOnSignal } from '../end-on-signal.js';
import { ShopDatabases, runSql } from '../shop-databases.js';
import { markdownOf, writeDocumentation } from './documentation.js';
import { insertOrders } from './enrolment.js';
import { makeHistory } from './history.js';
import { readOptions } from './options.js';
import { productImport } from './product-import.js';
import { rawLoad } from './raw-load.js';
import type { EnrolmentRound, Measured, Round } from './report.js';
import { reportOf } from './report.js';

/**
 * `npm run bench:import`: the import of a made-up history against a raw COPY of the same files, in
 * turns on one PostgreSQL. The server does not wait for the disk at a commit.
 */
const settings = { shared_buffers: '1GB', max_wal_size: '8GB', synchronous_commit: 'off' };

const options = readOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'dual-id-bench-import-'));
// PostgreSQL does not run as root; whoever it runs as may not enter the folder above.
const dataDir = `${folder}-data`;
const began = Date.now();
const embedded = await startEmbeddedPostgres({ dataDir, settings });
endOnSignal(end);
try {
  const report = reportOf(await measure(embedded.url));
  writeFileSync(options.output, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.writeDocs) writeDocumentation(report);
  process.stdout.write(`\n${markdownOf(report)}\n\n`);
  say(`Wrote ${options.output}`);
} finally {
  await end();
}

async function end(): Promise<void> {
  await embedded.stop();
  for (const path of [folder, dataDir]) rmSync(path, { recursive: true, force: true });
}

async function measure(server: string): Promise<Measured> {
  const databases = await ShopDatabases.on(server);
  say(`Making up ${options.orders} orders, and a quarter of them`);
  const history = await makeHistory(options.orders, join(folder, 'whole'));
  const part = await makeHistory(Math.ceil(options.orders / 4), join(folder, 'quarter'));
  const run = await databases.with((url) => productImport(url, part.folder));
  say(`A quarter imported in ${run.report.seconds.toFixed(1)} s`);
  const rounds: Round[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const raw = await databases.with((url) => rawLoad(url, history.folder));
    const ours = await databases.with((url) => productImport(url, history.folder));
    rounds.push({ raw, ours });
    const [rawText, text] = [raw.seconds, ours.report.seconds].map((each) => each.toFixed(1));
    say(`Round ${round}: raw ${rawText} s, import ${text} s`);
  }
  const enrolment = await measureEnrolment(databases);
  const [version] = await runSql(server, 'SHOW server_version');
  const postgres = String(version?.['server_version']);
  const quarter = { history: part, run };
  return { history, rounds, quarter, enrolledRows: options.enrolled, enrolment, postgres };
}

async function measureEnrolment(databases: ShopDatabases): Promise<EnrolmentRound[]> {
  const rounds: EnrolmentRound[] = [];
  const rows = options.enrolled;
  for (let round = 1; round <= options.rounds; round += 1) {
    const enrolled = await databases.with((url) => insertOrders(url, { rows, isEnrolled: true }));
    const bare = await databases.with((url) => insertOrders(url, { rows, isEnrolled: false }));
    rounds.push({ enrolled, bare });
    say(`Round ${round}: enrolled ${enrolled.toFixed(1)} s, bare ${bare.toFixed(1)} s`);
  }
  return rounds;
}

function say(text: string): void {
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}
