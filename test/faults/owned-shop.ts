import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'nest-dual-id';
import { diagnoseData } from 'nest-dual-id/doctor';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { allPermissions } from '../../src/shop/access/permissions.js';
import { createApp } from '../../src/shop/create-app.js';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { seedWhenEmpty } from '../../src/shop/seed/seed.js';
import { runSql } from '../support/empty-database.js';
import { clientOf } from '../support/http-client.js';
import { keyFor, testPepper } from '../support/shop.js';

/** A server of its own, on which a role that is no superuser owns the databases. */
export interface OwnedServer {
  readonly folder: string;
  /** Makes an empty database; the role owns it. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server of the version that the programs on this machine are for. */
export async function ownedServer(version: 15 | 18): Promise<OwnedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dual-id-dump-'));
  // As root the server runs as another user, who has to be able to enter.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'data');
  const server = await startEmbeddedPostgres({ dataDir, version, settings: { fsync: 'off' } });
  await runSql(server.url, `CREATE ROLE keeper LOGIN PASSWORD 'keeper'`);
  return {
    folder,
    database: async (name) => {
      await runSql(server.url, `CREATE DATABASE ${name} OWNER keeper`);
      const url = new URL(server.url);
      Object.assign(url, { username: 'keeper', password: 'keeper', pathname: `/${name}` });
      return url.href;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the shop's tables, with nothing in them but what migrations write. */
export async function migrateShop(url: string): Promise<void> {
  await runMigrations(new DataSource(shopDataSource(url)));
}

/** Places an order over HTTP for a new user, deletes a product, and gives the order's public id. */
export async function tradeInShop(databaseUrl: string, email: string): Promise<string> {
  const app = await createApp({ databaseUrl, pepper: testPepper });
  try {
    await app.init();
    await seedWhenEmpty(app);
    await app.listen(0, '127.0.0.1');
    const ask = clientOf(app, false, await keyFor(app, { scopes: allPermissions }));
    const send = async (method: string, path: string, input?: unknown) => {
      const { status, body } = await ask(method, path, { body: input });
      if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
      return body;
    };
    const { items: products } = await send('GET', '/products?limit=2');
    const items = [{ productUuid: products[0].uuid, quantity: 2 }];
    const user = await send('POST', '/users', { firstName: 'Zoë', lastName: 'Bäcker', email });
    await send('DELETE', `/products/${products[1].uuid}`);
    return (await send('POST', '/orders', { userUuid: user.uuid, items })).uuid;
  } finally {
    await app.close();
  }
}

/** What the doctor finds wrong with the rows. */
export async function wrongRows(url: string): Promise<readonly unknown[]> {
  const dataSource = await new DataSource(shopDataSource(url)).initialize();
  try {
    return (await diagnoseData(dataSource)).findings;
  } finally {
    await dataSource.destroy();
  }
}
