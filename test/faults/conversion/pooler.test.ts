import { afterAll, beforeAll, expect } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversions } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import { testWhere } from '../../support/conditions.js';
import { runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';
import { conversionOfArticles, FaultBench, faultyKinds } from './bench.js';

const kind = faultyKinds[0]!;
const { status } = spawnSync('pgbouncer', ['--version']);
const folder = mkdtempSync(join(tmpdir(), 'dual-id-pooler-'));
let pooler: ChildProcess | undefined;
let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open(kind);
});
afterAll(async () => {
  pooler?.kill('SIGKILL');
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

testWhere(status === 0, 'pgbouncer')(
  'a conversion runs behind a transaction pooler, and one at a time',
  async () => {
    const undisturbed = await FaultBench.undisturbed(kind);
    const url = await startPooler(urlAs('owner', bench.stock.database.url));
    const open = () => new DataSource({ type: 'postgres', url }).initialize();
    const [one, other] = [await open(), await open()];
    const run = new Conversions(one).start(bench.plan, { rate: 500, jobs: 2 });
    await sleep(1_500);
    const second = new Conversions(other).resume(conversionOfArticles);
    await expect(second).rejects.toMatchObject({ code: 'conversion_taken' });
    await run;
    expect(await bench.state()).toEqual(undisturbed.observed);
    await new Conversions(other).contract(conversionOfArticles);
    expect(await bench.state()).toEqual(undisturbed.contracted);
    for (const source of [one, other]) await source.destroy();
  },
  180_000,
);

/** Returns the address that leads through it. */
async function startPooler(target: string): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(target);
  const own = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 20
ignore_startup_parameters = extra_float_digits,options
`,
  );
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  pooler = spawn('pgbouncer', ['-q', ...user, file], { stdio: 'ignore' });
  const url = `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answers = await runSql(url, 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (answers) return url;
    await sleep(50);
  }
  throw new Error('The pooler did not start.');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
