import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { Impact } from 'nest-dual-id/registry';
import { Neighbours, RelationsModule, ShortestPath, Traversal } from 'nest-dual-id/relations';
import { DataSource } from 'typeorm';
import { graphDatabase } from './graph-database.js';
import type { GraphDatabase } from './graph-database.js';

/**
 * `npm run bench:relations`: what relations cost on a million edges, with rotating entities, one
 * request at a time. The last two lines are the same walk written by hand, for a ratio.
 */
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const rounds = Number(process.env['ROUNDS'] ?? 2000);

const graph = await graphDatabase(version);
try {
  await measure(graph);
} finally {
  await graph.stop();
}

async function measure({ url, uuids, hub, edges, entities }: GraphDatabase): Promise<void> {
  const app = await start(url);
  const [neighbours, traversal] = [app.get(Neighbours), app.get(Traversal)];
  const [paths, impact, source] = [app.get(ShortestPath), app.get(Impact), app.get(DataSource)];
  const base = await app.getUrl();
  say(`PostgreSQL ${version}: ${edges} edges between ${entities} entities`);
  const at = (round: number) => uuids[round % uuids.length]!;
  const threeHops = { depth: 3, direction: 'out', limit: 2000 } as const;
  await report('neighbours (target: p95 <= 5 ms)', (round) => neighbours.page(at(round)));
  await report('neighbours over HTTP', async (round) => {
    await (await fetch(`${base}/registry/${at(round)}/relations`)).text();
  });
  let after: string | undefined;
  await report('neighbours of a hub, page after page', async () => {
    after = (await neighbours.page(hub, { limit: 100, after })).nextCursor ?? undefined;
  });
  await report('3 hops at fan-out 10 (target: p95 <= 50 ms)', (round) =>
    traversal.graph(at(round), threeHops),
  );
  await report('shortest path', (round) => paths.between(at(round), at(round + 1)), rounds / 4);
  await report('impact', (round) => impact.of(at(round)), rounds / 4);
  const text = await recursive(source, at(0));
  await report('3 hops by hand, recursive', (round) => source.query(text, [at(round)]), rounds / 4);
  await app.close();
}

/** What one would write by hand: a recursive statement that answers the same entities. */
async function recursive(source: DataSource, uuid: string): Promise<string> {
  const text = `WITH RECURSIVE walk (id, depth) AS (
      SELECT id, 0 FROM dual_id.passports WHERE uuid = $1
      UNION SELECT r.to_id, w.depth + 1
      FROM walk w JOIN dual_id.relations r ON r.from_id = w.id WHERE w.depth < 3)
    SELECT p.uuid, p.status, min(w.depth) FROM walk w JOIN dual_id.passports p ON p.id = w.id
    WHERE p.status <> 'deleted' GROUP BY p.uuid, p.status`;
  const rows: unknown[] = await source.query(text, [uuid]);
  say(`(one walk of 3 hops finds ${rows.length} entities)`);
  return text;
}

async function report(
  name: string,
  work: (round: number) => Promise<unknown>,
  times = rounds,
): Promise<void> {
  for (let round = 0; round < 50; round++) await work(round + 10_000);
  const taken: number[] = [];
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    await work(round);
    taken.push(performance.now() - start);
  }
  taken.sort((one, other) => one - other);
  const part = (share: number) => `${taken[Math.floor(taken.length * share)]!.toFixed(2)} ms`;
  say(`${name}: p50 ${part(0.5)}, p95 ${part(0.95)}, p99 ${part(0.99)} (${times})`);
}

async function start(url: string): Promise<NestFastifyApplication> {
  class BenchModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [] })),
      DualIdModule.forRoot(),
      RelationsModule.forRoot({ api: 'open' }),
    ],
  })(BenchModule);
  const app = await NestFactory.create<NestFastifyApplication>(
    BenchModule,
    new DualIdFastifyAdapter(),
    { logger: ['error'] },
  );
  await app.listen(0, '127.0.0.1');
  return app;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
