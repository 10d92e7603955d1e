import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Recipe } from '../../support/recipe.js';
import { createFrom, startRecipe, withPlainRoute } from '../../support/recipe.js';
import { AppModule } from './rate-limits.js';

describe('an application with rate limits', () => {
  let recipe: Recipe;
  beforeAll(async () => {
    recipe = await startRecipe(() => createFrom(AppModule));
  });
  afterAll(() => recipe.stop());

  test('refuses numeric ids before they count', async () => {
    for (let sent = 0; sent < 101; sent += 1) {
      expect((await recipe.ask('GET', '/invoices/7')).status).toBe(400);
    }
    const { status, headers } = await recipe.ask('GET', '/invoices');
    expect([status, headers['x-ratelimit-remaining']]).toEqual([200, '99']);
  });

  test('responds to one request too many with a problem', async () => {
    for (let sent = 0; sent < 100; sent += 1) await recipe.ask('GET', '/invoices');
    const { status, headers, body } = await recipe.ask('GET', '/invoices');
    expect([status, body.code]).toEqual([429, 'too_many_requests']);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  test('needs no exemption, and allows no plain route', async () => {
    expect(await withPlainRoute(AppModule, '/limits')).toContain('declares no response');
  });
});
