import { cpuUsage } from 'node:process';
import { Database, dualIdDataSource, installDualId, newPublicId, statement } from 'nest-dual-id';
import { ApiKeys, installApiKeys } from 'nest-dual-id/api-keys';
import { startTestServer } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import { KeyTokens } from '../../src/features/api-keys/token/key-tokens.js';

/**
 * How fast tokens are verified: from the cache and as garbage on one core, and by a lookup beside
 * `SELECT 1` on the same connections, one after the other in turns.
 */
const count = Number(process.env['KEYS'] ?? 5_000);
const seconds = Number(process.env['SECONDS'] ?? 3);
const rounds = Number(process.env['ROUNDS'] ?? 3);
const options = {
  prefix: 'shop',
  environment: 'live',
  peppers: { 1: 'b0'.repeat(32) },
};
const names: Readonly<Record<string, string>> = {
  one: 'SELECT 1',
  right: 'valid token',
  wrong: 'wrong secret',
  unknown: 'no such key',
};
const tokens = new KeyTokens(options);

const server = await startTestServer({
  version: process.env['POSTGRES_VERSION'] === '15' ? 15 : 18,
});
const source = await new DataSource(
  dualIdDataSource({ url: server.url, entities: [] }),
).initialize();
try {
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await installApiKeys(runner);
  });
  const database = new Database(source, {});
  const issued = await issueKeys(database);
  for (let round = 0; round < rounds; round += 1) {
    await fromCache(database, issued);
    await byLookup(database, issued);
  }
} finally {
  await source.destroy();
  await server.stop();
}

async function issueKeys(database: Database): Promise<string[]> {
  const keys = new ApiKeys(database, options);
  const issued: string[] = [];
  for (let at = 0; at < count; at += 1) {
    issued.push((await keys.create({ name: 'bench', scopes: ['read', 'write'] })).token);
  }
  await database.rows(statement('ANALYZE dual_id.api_keys', 'write'));
  await keys.close();
  return issued;
}

async function fromCache(database: Database, issued: readonly string[]): Promise<void> {
  const keys = new ApiKeys(database, options);
  const known = issued.slice(0, 1_000);
  for (const token of known) await keys.verify(token);
  // The cache keeps a key for ten seconds; a look every half second costs next to nothing.
  const cached = await rate(known, (token) => keys.verify(token));
  const garbage = known.map((token) => `${token.slice(0, -1)}!`);
  const forged = known.map((token) => token.slice(0, -6) + '000000');
  say(
    `on one core: ${cached} verifications/s from the cache (target: 20 000), ${await rate(garbage, (token) => keys.verify(token))}/s of garbage, ${await rate(forged, (token) => keys.verify(token))}/s with a wrong checksum`,
  );
  say(`lookups meanwhile: ${keys.counts()['lookups']! - known.length}`);
  await keys.close();
}

/** Verifications a second of processor time. */
async function rate(
  texts: readonly string[],
  verify: (text: string) => Promise<unknown>,
): Promise<number> {
  const cpu = cpuUsage();
  const end = performance.now() + seconds * 1_000;
  let done = 0;
  while (performance.now() < end) {
    for (const text of texts) await verify(text);
    done += texts.length;
    // Timers and the database get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { user, system } = cpuUsage(cpu);
  return Math.round((done / (user + system)) * 1_000_000);
}

async function byLookup(database: Database, issued: readonly string[]): Promise<void> {
  const keys = new ApiKeys(database, options);
  const one = statement('SELECT 1');
  const times: Record<string, number[]> = { one: [], right: [], wrong: [], unknown: [] };
  const timed = async (kind: string, work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    times[kind]!.push(performance.now() - start);
  };
  for (const token of issued) {
    await timed('one', () => database.rows(one));
    await timed('right', () => keys.verify(token));
    const wrong = tokens.create(tokens.uuidOf(token));
    await timed('wrong', () => keys.verify(wrong));
    const unknown = tokens.create(newPublicId(4));
    await timed('unknown', () => keys.verify(unknown));
  }
  const shown = Object.entries(times).map(([kind, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const part = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(3);
    return `${names[kind]} p50 ${part(0.5)} p95 ${part(0.95)} p99 ${part(0.99)} ms`;
  });
  say(`cold (target: p95 <= 2 ms): ${shown.join('; ')}`);
  await keys.close();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
