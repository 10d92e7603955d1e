import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { enableGracefulShutdown, waitForDatabase } from 'nest-dual-id';
import type { GracefulShutdown } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { ImportReport } from 'nest-dual-id/import';
import { DataSource } from 'typeorm';
import { createFirstAccess } from './access/first-access.js';
import { firstRequest } from './access/first-request.js';
import { pepperOf } from './access/pepper.js';
import { secretFiles, writeSecret } from './access/secret-file.js';
import { createApp } from './create-app.js';
import { shopDataSource } from './data-source-options.js';
import { namingDatabaseUrl } from './database-settings.js';
import { localUrl } from './local-url.js';
import { seedWhenEmpty } from './seed/seed.js';
import type { ShopSettings } from './settings.js';
import { migrateShop, rolesOf } from './shop-database.js';
import { requireTimeZone } from './time-zone-check.js';

/** What a start may have to load. */
export interface StartOptions {
  readonly importFolder?: string | undefined;
  readonly seededPrices?: boolean;
  /** Called with what there is to know before an import begins. */
  readonly onNote?: (note: string) => void;
}

/** A running shop. */
export interface Shop {
  readonly url: string;
  readonly migrations: readonly string[];
  readonly seeded: boolean;
  readonly imported: ImportReport | undefined;
  /** The token of the owner's key, if this start made it; it is shown nowhere again. */
  readonly firstKey: string | undefined;
  /** How to send a first request with a key, or why there is none that is valid. */
  readonly firstRequest: string | undefined;
  /** Stops the shop within its timeouts; returns false if something did not close on its own. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<boolean>;
}

/** A connection string, or the starting embedded server, whose use ends with the shop. */
export type ShopDatabase = string | Promise<EmbeddedPostgres>;

/**
 * Starts the shop: migrations, data, server. If it fails, nothing is left running. Stopping it
 * stops the embedded server as well. Signals are left to the caller, because one may come before
 * the shop serves requests.
 */
export async function startShop(
  settings: ShopSettings,
  database: ShopDatabase,
  options: StartOptions = {},
): Promise<Shop> {
  const server = await database;
  const embedded = typeof server === 'string' ? undefined : server;
  let shutdown: GracefulShutdown | undefined;
  try {
    const roles = await rolesOf(server, settings);
    const databaseUrl = roles.application;
    const { connection, secret, preparedStatements, edge, timeZone, access } = settings;
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
      edge,
      timeZone,
      pepper: await pepperOf({ ...settings, pepper: access.pepper }),
      signIn: access.signIn,
    });
    const afterClose = async () => embedded?.stop();
    const bounded = enableGracefulShutdown(app, { ...settings.shutdown, afterClose, signals: [] });
    shutdown = bounded;
    await requireTimeZone(app.get(DataSource), timeZone);
    const migrations = await migrateShop(roles, app.get(DataSource), connection);
    const imported = await load(roles.owner, options);
    await app.init();
    const seeded = imported === undefined && (await seedWhenEmpty(app));
    const firstKey = await firstKeyOf(app, settings);
    await app.listen(settings.port, settings.host);
    const stop = (signal?: NodeJS.Signals) => bounded.stop(signal);
    const url = localUrl(await app.getUrl());
    const first = { firstKey, firstRequest: await firstRequest(url, app.get(ApiKeys), settings) };
    return { url, migrations, seeded, imported, ...first, stop };
  } catch (error) {
    await (shutdown ?? embedded)?.stop();
    throw error;
  }
}

function firstKeyOf(
  app: INestApplicationContext,
  { dataDir, access }: ShopSettings,
): Promise<string | undefined> {
  const file = join(dataDir, secretFiles.firstKey);
  const keep = (token: string) => writeSecret(file, token);
  return createFirstAccess(app, { chosen: access.firstKey, keep });
}

async function load(databaseUrl: string, options: StartOptions): Promise<ImportReport | undefined> {
  if (options.importFolder === undefined) return undefined;
  // Most starts import nothing and need not load the code for it.
  const { importInstacart } = await import('./import/import-instacart.js');
  const { importFolder: folder, seededPrices = false, onNote = () => undefined } = options;
  return importInstacart(databaseUrl, folder, seededPrices, onNote);
}
