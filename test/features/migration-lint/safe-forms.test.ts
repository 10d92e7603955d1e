import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lintText } from 'nest-dual-id/migration-lint';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import type { TestDatabase } from '../../support/database.js';
import { fixtures, migrationText, safeMigrations } from './fixtures/fixtures.js';
import { makeTables, runAsMigrations } from './run-migrations.js';

const named = fixtures.map((fixture, at) => [`${fixture.rule} (${at})`, fixture] as const);

let database: TestDatabase;
let server: number;
beforeAll(async () => {
  database = await emptyDatabase();
  const [row] = await runSql<{ version: string }>(
    database.url,
    `SELECT current_setting('server_version_num') AS version`,
  );
  server = Math.floor(Number(row!.version) / 10_000);
});
beforeEach(() => makeTables(database.url));
afterAll(() => database.drop());

describe('TypeORM runs', () => {
  test.each(named)('the unsafe migration of %s, or the server refuses it', async (_, fixture) => {
    const { up, transaction = true, refusal } = fixture;
    const running = runAsMigrations(database.url, [{ up, transaction }]);
    if (refusal) await expect(running).rejects.toThrow(refusal);
    else await running;
  });

  test.each(named)('the safe form of %s as it is printed', async (_, fixture) => {
    const { up, transaction, postgres = 15 } = fixture;
    if (postgres > server) return;
    const [finding] = lintText('change.ts', migrationText(up, transaction), { postgres }).findings;
    await runAsMigrations(database.url, safeMigrations(finding!.safeForm));
  });
});
