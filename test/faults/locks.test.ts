import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LocksBench } from '../features/locks/bench.js';
import { locksBench } from '../features/locks/bench.js';
import { fuzzLocks } from '../features/locks/fuzz.js';

const script = fileURLToPath(new URL('./storm-worker.js', import.meta.url));
const stormMilliseconds = 60_000;
const ttl = 500;

let bench: LocksBench;
beforeAll(async () => {
  bench = await locksBench(40);
});
afterAll(() => bench.stop());

test('processes that are stopped and killed at random never write under an older token', async () => {
  await bench.sql('CREATE TABLE history (at bigint GENERATED ALWAYS AS IDENTITY, token bigint)');
  await bench.sql(`CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO history (token) VALUES (NEW.lease_token); RETURN NULL; END'`);
  await bench.sql(`CREATE TRIGGER readings_remember AFTER UPDATE ON readings
    FOR EACH ROW EXECUTE FUNCTION remember()`);
  const workers = new Workers(bench.url, await bench.reading());
  for (let at = 0; at < 4; at += 1) workers.start();
  const end = performance.now() + stormMilliseconds;
  while (performance.now() < end) {
    await sleep(Math.random() * 300);
    await workers.disturb();
  }
  const { written, refused, surprises } = await workers.finish();
  expect(surprises).toEqual([]);
  const [bad] = await bench.sql(`SELECT count(*)::int AS writes,
      count(*) FILTER (WHERE token < before)::int AS stale, count(DISTINCT token)::int AS leases
    FROM (SELECT token, lag(token) OVER (ORDER BY at) AS before FROM history) AS ordered`);
  process.stdout.write(`${JSON.stringify({ ...bad, written, refused })}\n`);
  expect(bad!['stale']).toBe(0);
  expect(Number(bad!['leases'])).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(0);
}, 180_000);

test('ten thousand transactions with random locks keep every sum', async () => {
  const { committed, codes, visits } = await fuzzLocks(bench, { workers: 40, rounds: 250 });
  process.stdout.write(`${JSON.stringify({ committed, codes: [...codes] })}\n`);
  expect([...codes].filter((code) => !['locked', 'given_up'].includes(code))).toEqual([]);
  for (const [counted, stored] of visits) expect(stored).toBe(counted);
}, 600_000);

/** The processes of the storm. */
class Workers {
  readonly #running: ChildProcess[] = [];
  readonly #output: string[] = [];

  constructor(
    private readonly url: string,
    private readonly uuid: string,
  ) {}

  start(): void {
    const child = spawn(process.execPath, [script, this.url, this.uuid, String(ttl)], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 170_000,
    });
    child.stdout.on('data', (chunk) => this.#output.push(String(chunk)));
    this.#running.push(child);
  }

  /** Stops one of them for a while, shorter or longer than its lease, or kills it. */
  async disturb(): Promise<void> {
    const at = Math.floor(Math.random() * this.#running.length);
    if (Math.random() < 0.05) {
      this.#running.splice(at, 1)[0]!.kill('SIGKILL');
      this.start();
      return;
    }
    this.#running[at]!.kill('SIGSTOP');
    await sleep(Math.random() * ttl * 3);
    this.#running[at]!.kill('SIGCONT');
  }

  async finish() {
    const ends = this.#running.map((child) => {
      child.stdin!.end();
      return new Promise((resolve) => child.on('exit', resolve));
    });
    await Promise.all(ends);
    const lines = this.#output.join('').trim().split('\n');
    const counts = lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { written: number; refused: number });
    const sum = (name: 'written' | 'refused') =>
      counts.reduce((total, count) => total + count[name], 0);
    const surprises = lines.filter((line) => line !== '' && !line.startsWith('{'));
    return { written: sum('written'), refused: sum('refused'), surprises };
  }
}
