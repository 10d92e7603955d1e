import type { TestDatabase } from 'nest-dual-id/testing';
import { testDatabase } from 'nest-dual-id/testing';

export type { TestDatabase };

/** Clones the migrated template; every test file works on a database of its own. */
export function freshDatabase(): Promise<TestDatabase> {
  return testDatabase({ template: process.env['TEST_TEMPLATE'] ?? '' });
}

/** A database with nothing in it. */
export function emptyDatabase(): Promise<TestDatabase> {
  return testDatabase();
}
