import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { startEmbeddedPostgres } from '../../../src/features/embedded-postgres/index.js';

// A program that has nothing more to do while its dead server is restarted again and again.
const [, , dataDir = ''] = argv;
const { url, adopted } = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
const data = join(dataDir, 'postgres-18', 'data');
appendFileSync(join(data, 'postgresql.auto.conf'), "no_such_setting = '1'\n");
process.kill(Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
stdout.write(`${JSON.stringify({ url, adopted })}\n`);
await sleep(1_000);
