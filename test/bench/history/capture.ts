import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDualId, installDualId } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { addHistory, installHistory } from 'nest-dual-id/history';
import type { Keep } from 'nest-dual-id/history';
import pg from 'pg';
import { endOnSignal } from '../end-on-signal.js';

/**
 * What the log costs a bulk insert, a bulk update, and inserts and updates of one row by eight
 * clients, against the same table without a log. `PEER_SQL` may name a file with the published SQL
 * of supa_audit 0.3.1, which is then measured beside it.
 */
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const rows = Number(process.env['ROWS'] ?? 300_000);
const rounds = Number(process.env['ROUNDS'] ?? 5);
const seconds = Number(process.env['SECONDS'] ?? 5);
const peer = process.env['PEER_SQL'];
const clients = 8;
const actor = 'c0ffee00-0000-4000-8000-000000000001';

const dataDir = join(tmpdir(), `dual-id-history-${process.pid}`);
const settings = { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };
const server = await startEmbeddedPostgres({ dataDir, version, settings });
endOnSignal(end);
const client = new pg.Client({ connectionString: server.url });
await client.connect();
try {
  const tables = await makeTables();
  say(`PostgreSQL ${version}, ${rows} rows, ${rounds} rounds, medians; durable commits`);
  await report('bulk insert (ms)', tables, insertMany);
  await report('bulk update (ms)', tables, (table) =>
    timed(`UPDATE ${table} SET price = price + 1`),
  );
  await report(`inserts of one row by ${clients} clients (ms a thousand)`, tables, insertEach);
  await report(`updates of one row by ${clients} clients (ms a thousand)`, tables, updateEach);
  const [size] = await query(`SELECT pg_size_pretty(avg(pg_column_size(c.*))) AS bytes
    FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
    WHERE t.keep = 'ids' AND c.operation = 'I'`);
  say(`a change without an image: ${String(size?.['bytes'])} with its actor`);
} finally {
  await end();
}

async function makeTables(): Promise<string[]> {
  const logs: readonly (readonly [string, Keep | undefined])[] = [
    ['bare', undefined],
    ['ids', 'ids'],
    ['changed_values', 'changes'],
    ['whole_rows', 'rows'],
  ];
  await query('BEGIN');
  const runner = { query };
  await installDualId(runner);
  await installHistory(runner);
  for (const [table, keep] of logs) {
    await makeTable(table);
    if (keep) await addHistory(runner, { table, keep });
  }
  await query('COMMIT');
  const tables = logs.map(([table]) => table);
  if (peer === undefined) return tables;
  await makeTable('supa_audit');
  await client.query('CREATE EXTENSION "uuid-ossp"');
  // It is not run by CREATE EXTENSION, which alone may say what a dump contains.
  const sql = readFileSync(peer, 'utf8').replaceAll(/^.*pg_extension_config_dump.*$/gm, '');
  await client.query(sql);
  await query(`SELECT audit.enable_tracking('supa_audit')`);
  return [...tables, 'supa_audit'];
}

async function makeTable(table: string): Promise<void> {
  await query(`CREATE TABLE ${table} (name text NOT NULL, price numeric NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`);
  await addDualId({ query }, { table });
}

async function insertMany(table: string): Promise<number> {
  await query(`TRUNCATE ${table}`);
  await query('CHECKPOINT');
  return timed(`INSERT INTO ${table} (name, price)
    SELECT 'thing ' || g, g * 0.01 FROM generate_series(1, ${rows}) g`);
}

function insertEach(table: string): Promise<number> {
  const text = `INSERT INTO ${table} (name, price) VALUES ($1, 1.5)`;
  return each(table, text, (count) => `thing ${count}`);
}

async function updateEach(table: string): Promise<number> {
  const found = await query(`SELECT id FROM ${table} LIMIT 10000`);
  const ids = found.map(({ id }) => String(id));
  const text = `UPDATE ${table} SET price = price + 1 WHERE id = $1`;
  return each(table, text, (count) => ids[count % ids.length]!);
}

/** Milliseconds for a thousand statements of all clients, each in a transaction of its own. */
async function each(
  table: string,
  text: string,
  valueOf: (count: number) => string,
): Promise<number> {
  const sessions = await Promise.all(
    Array.from({ length: clients }, async () => {
      const session = new pg.Client({ connectionString: server.url });
      await session.connect();
      await session.query(`SET dual_id.actor = '${actor}'`);
      return session;
    }),
  );
  const start = performance.now();
  let count = 0;
  await Promise.all(
    sessions.map(async (session) => {
      while (performance.now() - start < seconds * 1000) {
        count += 1;
        await session.query({ name: table, text, values: [valueOf(count)] });
      }
    }),
  );
  const spent = performance.now() - start;
  await Promise.all(sessions.map((session) => session.end()));
  return (spent / count) * 1000;
}

async function timed(sql: string): Promise<number> {
  await query('BEGIN');
  await query(`SET LOCAL dual_id.actor = '${actor}'`);
  const start = performance.now();
  await query(sql);
  await query('COMMIT');
  return performance.now() - start;
}

/** Every table in turns, so that what else the machine does falls on all of them. */
async function report(
  title: string,
  tables: readonly string[],
  measure: (table: string) => Promise<number>,
): Promise<void> {
  const times = new Map<string, number[]>(tables.map((table) => [table, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const table of tables) times.get(table)!.push(await measure(table));
  }
  const bare = median(times.get('bare')!);
  say(title);
  for (const [table, all] of times) {
    const typical = median(all);
    say(`  ${table.padEnd(16)}${typical.toFixed(0).padStart(8)}  ${(typical / bare).toFixed(2)}x`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function end(): Promise<void> {
  await client.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
