import {
  addDualId,
  Database,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  Field,
  installDualId,
  View,
} from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { startTestServer } from 'nest-dual-id/testing';
import pg from 'pg';
import { Column, DataSource } from 'typeorm';
import { openHistory } from '../../../src/features/history/journal/open-history.js';

/**
 * What it takes to read what one row was at a time, among many changes of other rows, beside the
 * shortest statement that there is.
 */
@DualId({ table: 'notes', type: 60 })
class Note extends DualIdEntity {
  @Column('text') text!: string;
  @Column('int') count!: number;
}

@View(Note)
class NoteView {
  @Field() uuid!: string;
  @Field() text!: string;
  @Field() count!: number;
}

const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const changes = Number(process.env['CHANGES'] ?? 10_000_000);
const reads = Number(process.env['READS'] ?? 5_000);
const perRow = 100;
const rows = changes / perRow;

const server = await startTestServer({ version });
const source = await new DataSource(
  dualIdDataSource({ url: server.url, entities: [Note] }),
).initialize();
try {
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE notes (text text NOT NULL, count integer NOT NULL)');
    await addDualId(runner, { table: 'notes', type: { id: 60, name: 'note' } });
    await installHistory(runner);
  });
  await fill();
  await read();
} finally {
  await source.destroy();
  await server.stop();
}

/** The changes lie in the months that have partitions, as many in one as in another. */
async function fill(): Promise<void> {
  await source.query(
    `INSERT INTO notes (text, count) SELECT 'note ' || g, 0 FROM generate_series(1, ${rows}) g`,
  );
  await source.transaction((runner) => addHistory(runner, { table: 'notes', keep: 'rows' }));
  const writers = [new pg.Client(server.url), new pg.Client(server.url)] as const;
  await Promise.all(writers.map((writer) => writer.connect()));
  const fillPart = (writer: pg.Client, from: number, to: number) =>
    writer.query(`INSERT INTO dual_id.changes
        (occurred_at, record_id, table_id, operation, uuid, actor, old, new)
      SELECT now() + interval '1 day' * (turn * 110.0 / ${perRow}), n.id, t.table_id, 'U', n.uuid,
        gen_random_uuid(), jsonb_build_object('count', turn - 1), jsonb_build_object('id', n.id,
          'uuid', n.uuid, 'text', n.text, 'count', turn, 'platform_type_id', 60)
      FROM generate_series(${from}, ${to}) turn, notes n, dual_id.history_tables t`);
  for (let turn = 1; turn < perRow; turn += 20) {
    const middle = turn + 10;
    await Promise.all([
      fillPart(writers[0], turn, middle - 1),
      fillPart(writers[1], middle, turn + 19),
    ]);
  }
  await writers[0].query('VACUUM ANALYZE dual_id.changes');
  await Promise.all(writers.map((writer) => writer.end()));
  const [size] = await source.query(`SELECT count(*) AS parts, sum(pg_total_relation_size(relid))
      / 1e9 AS gb FROM pg_partition_tree('dual_id.changes') WHERE isleaf`);
  say(
    `PostgreSQL ${version}, ${changes} changes of ${rows} rows, ${Number(size.gb).toFixed(1)} GB`,
  );
}

async function read(): Promise<void> {
  const database = new Database(source, {});
  const history = openHistory(source, database);
  const found: { uuid: string }[] = await source.query(
    `SELECT uuid FROM notes ORDER BY random() LIMIT ${reads}`,
  );
  const day = 86_400_000;
  for (const name of ['first', 'again']) {
    const bare: number[] = [];
    const asOf: number[] = [];
    for (const { uuid } of found) {
      await timed(bare, () => database.manager.query('SELECT 1'));
      const at = new Date(Date.now() + Math.random() * 110 * day);
      await timed(asOf, () => history.asOf(NoteView, uuid, at));
    }
    say(`${name}: SELECT 1 ${shares(bare)}; asOf (target: p95 <= 3 ms) ${shares(asOf)}`);
  }
}

async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  times.push(performance.now() - start);
}

function shares(times: number[]): string {
  times.sort((a, b) => a - b);
  const part = (share: number) => times[Math.floor(times.length * share)]!.toFixed(2);
  return `p50 ${part(0.5)} ms, p95 ${part(0.95)} ms, p99 ${part(0.99)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
