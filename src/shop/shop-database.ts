import { runMigrations, withMigrationLock } from 'nest-dual-id';
import type { ConnectionMode } from 'nest-dual-id';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { openPlainRoles } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { shopDataSource } from './data-source-options.js';
import { grantShop } from './roles.js';
import type { ShopSettings } from './settings.js';

/** Connection strings of the role that owns the tables, and of the one the shop works as. */
export interface ShopRoles {
  readonly owner: string;
  readonly application: string;
}

/** The embedded server has two plain roles; another server has those named in the settings. */
export async function rolesOf(
  server: string | EmbeddedPostgres,
  { ownerDatabaseUrl }: Pick<ShopSettings, 'ownerDatabaseUrl'>,
): Promise<ShopRoles> {
  if (typeof server !== 'string') return openPlainRoles(server.url);
  return { owner: ownerDatabaseUrl ?? server, application: server };
}

/** Migrates as the owner and grants the other role what the shop needs; returns what ran. */
export async function migrateShop(
  roles: ShopRoles,
  application: DataSource,
  connection: ConnectionMode,
): Promise<string[]> {
  if (roles.owner === roles.application) return runMigrations(application);
  const owner = await new DataSource(shopDataSource(roles.owner, connection)).initialize();
  try {
    const names = await runMigrations(owner);
    const [row] = await application.query<{ role: string }[]>('SELECT current_user AS role');
    // If two processes grant at once, PostgreSQL refuses one: "tuple concurrently updated".
    await withMigrationLock(owner, () =>
      owner.transaction((runner) => grantShop(runner, row!.role)),
    );
    return names;
  } finally {
    await owner.destroy();
  }
}
