import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { runMigrations } from 'nest-dual-id';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { ImportReport } from 'nest-dual-id/import';
import { importFolder } from 'nest-dual-id/import';
import { DataSource } from 'typeorm';
import { closeConnectionsOnStop } from './drain.js';
import { createApp } from './create-app.js';
import { shopMigrations } from './data-source-options.js';
import { instacart } from './import/instacart.js';
import { seedWhenEmpty } from './seed/seed.js';
import type { Settings } from './settings.js';

/** What a start may be asked to load. */
export interface StartOptions {
  /** The embedded server, which may be on its way; without one DATABASE_URL names another. */
  readonly embedded?: Promise<EmbeddedPostgres> | undefined;
  readonly importFolder?: string | undefined;
  readonly seededPrices?: boolean;
}

/** A running shop. */
export interface Shop {
  readonly url: string;
  readonly migrations: readonly string[];
  readonly seeded: boolean;
  readonly imported: ImportReport | undefined;
  /** Answers the requests under way, then stops the server and the embedded database. */
  stop(): Promise<void>;
}

/** Starts the shop: database, migrations, data, server. When it fails, nothing is left running. */
export async function startShop(settings: Settings, options: StartOptions = {}): Promise<Shop> {
  const embedded = await options.embedded;
  let app: NestFastifyApplication | undefined;
  let stopping: (() => void) | undefined;
  const stop = async () => {
    stopping?.();
    await app?.close();
    await embedded?.stop();
  };
  try {
    const databaseUrl = embedded?.url ?? settings.databaseUrl!;
    const migrations = await runMigrations(new DataSource(shopMigrations(databaseUrl)));
    const imported = await load(databaseUrl, options);
    app = await createApp({ databaseUrl, secret: settings.secret, timeZone: settings.timeZone });
    stopping = closeConnectionsOnStop(app);
    await app.init();
    const seeded = imported === undefined && (await seedWhenEmpty(app));
    await app.listen(settings.port, settings.host);
    return { url: addressOf(await app.getUrl()), migrations, seeded, imported, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function load(databaseUrl: string, options: StartOptions): Promise<ImportReport | undefined> {
  if (options.importFolder === undefined) return undefined;
  return importFolder({
    database: databaseUrl,
    plan: instacart,
    folder: options.importFolder,
    options: options.seededPrices ? { prices: 'seeded' } : {},
  });
}

/** Nest answers `http://[::1]:3000` or `http://127.0.0.1:3000`; people type localhost. */
function addressOf(url: string): string {
  return url.replace(/\/\/(?:\[::1?\]|127\.0\.0\.1|0\.0\.0\.0)(?=:|$)/, '//localhost');
}
