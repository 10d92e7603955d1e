import { enableGracefulShutdown, waitForDatabase } from 'nest-dual-id';
import type { GracefulShutdown } from 'nest-dual-id';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { ImportReport } from 'nest-dual-id/import';
import { DataSource } from 'typeorm';
import { createApp } from './create-app.js';
import { shopDataSource } from './data-source-options.js';
import { namingDatabaseUrl } from './database-settings.js';
import { localUrl } from './local-url.js';
import { seedWhenEmpty } from './seed/seed.js';
import type { Settings } from './settings.js';
import { migrateShop, rolesOf } from './shop-database.js';
import { requireTimeZone } from './time-zone-check.js';

/** What a start may be asked to load. */
export interface StartOptions {
  readonly importFolder?: string | undefined;
  readonly seededPrices?: boolean;
}

/** A running shop. */
export interface Shop {
  readonly url: string;
  readonly migrations: readonly string[];
  readonly seeded: boolean;
  readonly imported: ImportReport | undefined;
}

/** A connection string, or the embedded server on its way, whose use ends with the shop. */
export type ShopDatabase = string | Promise<EmbeddedPostgres>;

/**
 * Starts the shop: migrations, data, server. When it fails, nothing is left running. A signal
 * stops it, and then the embedded server.
 */
export async function startShop(
  settings: Settings,
  database: ShopDatabase,
  options: StartOptions = {},
): Promise<Shop> {
  const server = await database;
  const embedded = typeof server === 'string' ? undefined : server;
  let shutdown: GracefulShutdown | undefined;
  try {
    const roles = await rolesOf(server, settings);
    const databaseUrl = roles.application;
    const { connection, secret, preparedStatements, maxEventLoopDelay, timeZone } = settings;
    if (!embedded) {
      const source = shopDataSource(databaseUrl, connection);
      await waitForDatabase(source, settings.databaseWait).catch((error: unknown) => {
        throw namingDatabaseUrl(error);
      });
    }
    const app = await createApp({
      databaseUrl,
      connection,
      secret,
      preparedStatements,
      maxEventLoopDelay,
      timeZone,
    });
    const afterClose = async () => embedded?.stop();
    shutdown = enableGracefulShutdown(app, { ...settings.shutdown, afterClose });
    await requireTimeZone(app.get(DataSource), timeZone);
    const migrations = await migrateShop(roles, app.get(DataSource), connection);
    const imported = await load(roles.owner, options);
    await app.init();
    const seeded = imported === undefined && (await seedWhenEmpty(app));
    await app.listen(settings.port, settings.host);
    return { url: localUrl(await app.getUrl()), migrations, seeded, imported };
  } catch (error) {
    await (shutdown ?? embedded)?.stop();
    throw error;
  }
}

async function load(databaseUrl: string, options: StartOptions): Promise<ImportReport | undefined> {
  if (options.importFolder === undefined) return undefined;
  // Most starts import nothing and need not load what does.
  const { importInstacart } = await import('./import/import-instacart.js');
  return importInstacart(databaseUrl, options.importFolder, options.seededPrices ?? false);
}
