import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { runMigrations } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { createApp } from '../../../src/shop/create-app.js';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { hostileBodies } from '../../support/hostile-bodies.js';

/**
 * Sends hostile bodies to the shop and writes for each how long it held up the event loop, at best
 * of some times, and how large the refusal was. A process of its own is the client.
 */
const path = '/orders';
const rounds = 3;

interface Reply {
  readonly status: number;
  readonly bytes: number;
}

const [port, shape] = process.argv.slice(2);
if (port === undefined) await measure();
else await ask(Number(port), shape!);

async function measure(): Promise<void> {
  const dataDir = join(tmpdir(), `dual-id-bodies-${process.pid}`);
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  await runMigrations(new DataSource(shopDataSource(server.url)));
  const app = await createApp({
    databaseUrl: server.url,
    pepper: '5e'.repeat(32),
    edge: { maxEventLoopDelay: 1e9 },
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  try {
    for (const name of ['(an ordinary body)', ...Object.keys(hostileBodies)]) {
      const delays: number[] = [];
      let reply: Reply = { status: 0, bytes: 0 };
      for (let round = 0; round < rounds; round++) {
        const client = fork(fileURLToPath(import.meta.url), [String(port), name]);
        const gone = once(client, 'exit');
        await once(client, 'message');
        const histogram = monitorEventLoopDelay({ resolution: 1 });
        histogram.enable();
        client.send('go');
        [reply] = (await once(client, 'message')) as [Reply];
        await new Promise((resolve) => setTimeout(resolve, 30));
        histogram.disable();
        delays.push(histogram.max / 1e6);
        await gone;
      }
      const delay = Math.min(...delays).toFixed(0);
      process.stdout.write(`${delay.padStart(7)} ms  ${reply.status} ${reply.bytes} B  ${name}\n`);
    }
  } finally {
    await app.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function ask(to: number, name: string): Promise<void> {
  const body = hostileBodies[name]?.() ?? '{"items":[]}';
  process.send!(await post(to, '{"items":[]}'));
  await once(process, 'message');
  process.send!(await post(to, body));
  process.disconnect();
}

function post(port: number, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ port, path, method: 'POST', headers, agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.on('end', () => resolve({ status: response.statusCode!, bytes }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
