import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'nest-dual-id';
import { diagnoseData } from 'nest-dual-id/doctor';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { endOnSignal } from '../end-on-signal.js';

/**
 * How long the doctor looks through a million orders, at last with a faulty row in each ten thousand:
 * `node dist/test/bench/doctor/measure-doctor.js [rows]`. The time of one plain join of the
 * same rows with their passports stands beside it, for machines differ, and the longest transaction
 * that another session saw.
 */
const plainJoin = `SELECT count(*) FROM orders r JOIN dual_id.passports p
  ON (p.uuid, p.platform_type_id, p.entity_id) = (r.uuid, r.platform_type_id, r.id)`;
const rows = Number(process.argv[2] ?? 1_000_000);
const dataDir = join(tmpdir(), `dual-id-doctor-${process.pid}`);
const settings = { fsync: 'off', shared_buffers: '1GB', max_wal_size: '4GB' };
const server = await startEmbeddedPostgres({ dataDir, settings });
const watcher = new DataSource(shopDataSource(server.url));
endOnSignal(end);
try {
  await runMigrations(new DataSource(shopDataSource(server.url)));
  const dataSource = await new DataSource(shopDataSource(server.url)).initialize();
  await watcher.initialize();
  await dataSource.query(`INSERT INTO users (first_name, last_name, email)
    SELECT 'Ada', 'Byron', n || '@example.org' FROM generate_series(1, 1000) n`);
  await dataSource.query(
    `INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
     SELECT u.id, n, 0, 12 FROM generate_series(1, $1::int / 1000) n, users u`,
    [rows],
  );
  await dataSource.query('VACUUM ANALYZE');
  await dataSource.query('CHECKPOINT');
  print('clean', await measured(() => diagnoseData(dataSource)));
  print('again', await measured(() => diagnoseData(dataSource)));
  print('join', await measured(() => dataSource.query(plainJoin)));
  await dataSource.transaction(async (manager) => {
    await manager.query('SET LOCAL session_replication_role = replica');
    await manager.query(
      'DELETE FROM dual_id.passports WHERE platform_type_id = 32 AND entity_id % 10000 = 0',
    );
  });
  const { result, ...sick } = await measured(() => diagnoseData(dataSource));
  print(
    `sick: ${result.counts.map(({ code, rows: found }) => `${code} ${found}`).join(', ')}`,
    sick,
  );
  await watcher.destroy();
  await dataSource.destroy();
} finally {
  await end();
}

async function end(): Promise<void> {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measured<T>(work: () => Promise<T>) {
  let heap = 0;
  let longest = 0;
  const watch = async () => {
    heap = Math.max(heap, process.memoryUsage().heapUsed);
    longest = Math.max(longest, await ageOfOldest());
  };
  const timer = setInterval(() => void watch(), 50);
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  return { result, seconds, longest, megabytes: heap / 2 ** 20 };
}

/** Seconds since the start of the oldest transaction of the data source. */
async function ageOfOldest(): Promise<number> {
  const [row] = await watcher.query<{ age: number }[]>(
    `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 AS age
     FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
  return row!.age;
}

type Measures = Omit<Awaited<ReturnType<typeof measured>>, 'result'>;

function print(what: string, { seconds, longest, megabytes }: Measures): void {
  process.stdout.write(
    `${what}: ${seconds.toFixed(2)} s, longest transaction ${longest.toFixed(2)} s, heap ${megabytes.toFixed(0)} MB\n`,
  );
}
