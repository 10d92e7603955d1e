import type { TestDatabase } from 'nest-dual-id/testing';
import { testDatabase } from 'nest-dual-id/testing';
import { runSql } from './empty-database.js';
import { roleNames } from './roles.js';

export { emptyDatabase } from './empty-database.js';
export type { TestDatabase };

/**
 * Clones the migrated template; every test file works on a database of its own. The address is the
 * superuser's, the database is the owner's.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const database = await testDatabase({ template: process.env['TEST_TEMPLATE'] ?? '' });
  const name = new URL(database.url).pathname.slice(1);
  await runSql(database.url, `ALTER DATABASE ${name} OWNER TO ${roleNames.owner}`);
  return database;
}
