import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runSql } from '../../support/empty-database.js';
import type { Recipe } from '../../support/recipe.js';
import { createFrom, requireNoLeak, startRecipe, withPlainRoute } from '../../support/recipe.js';
import { AppModule } from './health.js';

describe('an application with health checks of Terminus', () => {
  let recipe: Recipe;
  beforeAll(async () => {
    recipe = await startRecipe(() => createFrom(AppModule));
  });
  afterAll(() => recipe.stop());

  test('is healthy with a writable database', async () => {
    const { status, body } = await recipe.ask('GET', '/health');
    const up = { status: 'up' };
    expect([status, body]).toEqual([200, { status: 'ok', details: { database: up, heap: up } }]);
  });

  test('needs no exemption, and allows no plain route', async () => {
    expect(await withPlainRoute(AppModule, '/health/more')).toContain('declares no response');
  });

  test('leaks no internal id and accepts none', () => requireNoLeak(recipe));

  test('names the check that fails, and reveals nothing about the database', async () => {
    const name = new URL(recipe.databaseUrl).pathname.slice(1);
    await runSql(
      recipe.databaseUrl,
      `ALTER DATABASE ${name} SET default_transaction_read_only = on`,
    );
    await runSql(
      recipe.databaseUrl,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const { status, body } = await recipe.ask('GET', '/health');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      code: 'unavailable',
      errors: [{ detail: 'heap is up' }, { detail: 'database is down' }],
    });
  });
});
