import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Recipe } from '../../support/recipe.js';
import {
  createFrom,
  requireNoLeak,
  startRecipe,
  withLeakAt,
  withPlainRoute,
} from '../../support/recipe.js';
import { AppModule } from './metrics.js';

describe('an application with metrics', () => {
  let recipe: Recipe;
  beforeAll(async () => {
    recipe = await startRecipe(() => createFrom(withLeakAt(AppModule, '/metrics/leak')));
  });
  afterAll(() => recipe.stop());

  test('counts requests by route, never by address', async () => {
    const { body } = await recipe.ask('POST', '/invoices', { body: { number: '2026-001' } });
    const uuid = String(body.uuid);
    await recipe.ask('GET', `/invoices/${uuid}`);
    await recipe.ask('GET', '/invoices/7');
    const { status, headers, text } = await recipe.ask('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const count = (code: number) =>
      `http_request_seconds_count{method="GET",route="/invoices/:invoiceUuid",status="${code}"} 1`;
    expect(text).toContain(count(200));
    expect(text).toContain(count(400));
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain(uuid);
  });

  test('opens that one route and nothing else', async () => {
    expect((await recipe.ask('GET', '/metrics/leak')).status).toBe(500);
    expect(await withPlainRoute(AppModule, '/metrics/more')).toContain('declares no response');
  });

  test('leaks no internal id and accepts none', () => requireNoLeak(recipe));
});
