import { cpuUsage } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { feedDatabase } from './feed-database.js';
import type { FeedDatabase } from './feed-database.js';

/**
 * What the delta feed does: changes a second when it has to catch up, and the time from a commit
 * until `follow` hands the change out, at a thousand transactions a second from 8 connections.
 */
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const changes = Number(process.env['CHANGES'] ?? 500_000);
const rounds = Number(process.env['ROUNDS'] ?? 3);
const seconds = Number(process.env['SECONDS'] ?? 10);
const rate = 1_000;
const connections = 8;

const database = await feedDatabase(version);
try {
  say(`PostgreSQL ${version}, ${changes} changes in transactions of 100`);
  await drain(database);
  for (let round = 0; round < rounds; round++) await commitToFollow(database);
} finally {
  await database.stop();
}

async function drain({ source, feed }: FeedDatabase): Promise<void> {
  const { offset } = await feed.snapshot();
  const insert = `INSERT INTO notes (text) SELECT 'note' FROM generate_series(1, 100)`;
  const write = async () => {
    for (let made = 0; made < changes / 100 / 4; made++) await source.query(insert);
  };
  await Promise.all([write(), write(), write(), write()]);
  for (let round = 0; round < rounds; round++) {
    const cpu = cpuUsage();
    const start = performance.now();
    let read = 0;
    for await (const batch of feed.read(offset)) read += batch.changes.length;
    const taken = performance.now() - start;
    const { user, system } = cpuUsage(cpu);
    const share = (user + system) / 1_000 / taken;
    say(
      `drain (target: 100 000/s): ${Math.round((read / taken) * 1_000)} changes/s (${read} in ${taken.toFixed(0)} ms, this process ${share.toFixed(2)} of a core)`,
    );
  }
}

/** Writers send at a fixed rate, whether they are behind or not. */
async function commitToFollow({ url, feed }: FeedDatabase): Promise<void> {
  const { offset } = await feed.snapshot();
  const committed = new Map<string, number>();
  const seen = new Map<string, number>();
  const stopping = new AbortController();
  const following = (async () => {
    for await (const batch of feed.follow(offset, { signal: stopping.signal })) {
      const now = performance.now();
      for (const { uuid } of batch.changes) seen.set(uuid!, now);
    }
  })();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, (_, place) => write(url, { place, start, committed })),
  );
  const written = performance.now() - start;
  while (seen.size < committed.size) await sleep(20);
  stopping.abort();
  await following;
  const waits = [...committed].map(([uuid, at]) => seen.get(uuid)! - at).toSorted((a, b) => a - b);
  const part = (share: number) => `${waits[Math.floor(waits.length * share)]!.toFixed(1)} ms`;
  say(
    `commit to follow (target: p99 <= 50 ms): p50 ${part(0.5)}, p95 ${part(0.95)}, p99 ${part(0.99)}, max ${waits.at(-1)!.toFixed(1)} ms, at ${Math.round((waits.length / written) * 1_000)}/s`,
  );
}

interface Writing {
  readonly place: number;
  readonly start: number;
  readonly committed: Map<string, number>;
}

async function write(url: string, { place, start, committed }: Writing): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const text = `INSERT INTO notes (text) VALUES ('note') RETURNING uuid`;
  const count = (rate * seconds) / connections;
  for (let sent = 0; sent < count; sent++) {
    const due = start + ((sent * connections + place) / rate) * 1_000;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const { rows } = await client.query<{ uuid: string }>({ name: 'note', text });
    committed.set(rows[0]!.uuid, performance.now());
  }
  await client.end();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
