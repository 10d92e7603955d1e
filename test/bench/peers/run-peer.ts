import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { OrderRow, PeerName, PeerOptions, Serve } from './peer.js';
import type { Usage } from './peer-process.js';

/**
 * The process of one peer: `run-peer.js <peer> <databaseUrl> <file of orders>`. It tells its
 * address, and afterwards, whenever it is asked, what it used so far.
 */
const sources: Readonly<Record<PeerName, () => Promise<{ serve: Serve }>>> = {
  ours: () => import('./dual-id/serve.js'),
  a: () => import('./fastify/serve.js'),
  b: () => import('./nest-typeorm/exposed.js'),
  c: () => import('./nest-typeorm/excluded.js'),
  d: () => import('./memory/serve.js'),
  e: () => import('./crud/serve.js'),
  oursGuarded: () => import('./dual-id/serve-guarded.js'),
  aGuarded: () => import('./fastify/serve-guarded.js'),
};

let statements = 0;
countStatements();
const [name, databaseUrl, file] = process.argv.slice(2) as [PeerName, string, string];
const orders = JSON.parse(readFileSync(file, 'utf8')) as OrderRow[];
const options: PeerOptions = { databaseUrl, orders };
const { serve } = await sources[name]();
const url = await serve(options);
process.on('message', () => process.send!(usage()));
process.on('disconnect', () => process.exit(0));
process.send!({ url });

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { statements, cpu: user + system, rss: process.memoryUsage.rss() };
}

/** Every statement of every peer goes through this one method of the driver. */
function countStatements(): void {
  const prototype = pg.Client.prototype as unknown as Record<'query', Function>;
  const { query } = prototype;
  prototype.query = function counted(this: unknown, ...args: unknown[]): unknown {
    statements += 1;
    return query.apply(this, args) as unknown;
  };
}
