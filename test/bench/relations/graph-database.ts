import { addGuidId, dualIdDataSource, installDualId } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { installRelations } from 'nest-dual-id/relations';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { endOnSignal } from '../end-on-signal.js';

/** A PostgreSQL with a graph in it: 100,000 entities, ten edges from each, and one hub. */
export interface GraphDatabase {
  readonly url: string;
  readonly entities: number;
  readonly edges: number;
  /** Public ids in an order of no meaning. */
  readonly uuids: readonly string[];
  readonly hub: string;
  stop(): Promise<void>;
}

const entities = 100_000;
const fanOut = 10;

/** Starts it and fills it; settings are those PostgreSQL ships with. */
export async function graphDatabase(version: 15 | 18): Promise<GraphDatabase> {
  const dataDir = join(tmpdir(), `dual-id-bench-${randomBytes(6).toString('hex')}`);
  const postgres = await startEmbeddedPostgres({ dataDir, version });
  const stop = async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  endOnSignal(stop);
  try {
    return { ...(await fill(postgres.url)), url: postgres.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function fill(url: string): Promise<Omit<GraphDatabase, 'url' | 'stop'>> {
  const source = await new DataSource(dualIdDataSource({ url, entities: [] })).initialize();
  await source.transaction(async ({ queryRunner }) => {
    await installDualId(queryRunner!);
    await queryRunner!.query('CREATE TABLE parcels (uuid uuid NOT NULL)');
    await addGuidId(queryRunner!, { table: 'parcels', type: { id: 60, name: 'parcel' } });
    await installRelations(queryRunner!);
  });
  await source.query(
    `INSERT INTO parcels (uuid) SELECT gen_random_uuid() FROM generate_series(1, ${entities})`,
  );
  await source.query(`INSERT INTO dual_id.relations (from_id, type_id, to_id, acyclic, undirected)
    SELECT n, 1 + k % 2, 1 + (n * 7919 + k * 104729) % ${entities}, false, false
    FROM generate_series(1, ${entities}) n, generate_series(1, ${fanOut}) k
    WHERE n <> 1 + (n * 7919 + k * 104729) % ${entities}`);
  await source.query(`INSERT INTO dual_id.relations (from_id, type_id, to_id, acyclic, undirected)
    SELECT 1, 5, n, false, false FROM generate_series(2, ${entities}) n`);
  await source.query('VACUUM ANALYZE dual_id.relations');
  await source.query('VACUUM ANALYZE dual_id.passports');
  const rows: { id: string; uuid: string }[] = await source.query(
    'SELECT id, uuid FROM dual_id.passports WHERE id > 1 ORDER BY md5(id::text) LIMIT 20000',
  );
  const [first] = await source.query('SELECT uuid FROM dual_id.passports WHERE id = 1');
  const [{ count }] = await source.query('SELECT count(*) FROM dual_id.relations');
  await source.destroy();
  return { entities, edges: Number(count), uuids: rows.map(({ uuid }) => uuid), hub: first.uuid };
}
