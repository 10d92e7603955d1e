import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Recipe } from '../../support/recipe.js';
import { requireNoLeak, startRecipe, withPlainRoute } from '../../support/recipe.js';
import { AppModule, createApp } from './swagger-ui.js';

describe('an application with Swagger UI', () => {
  let recipe: Recipe;
  beforeAll(async () => {
    recipe = await startRecipe(createApp);
  });
  afterAll(() => recipe.stop());

  test('serves the page, its files and the description below /docs', async () => {
    const page = await recipe.ask('GET', '/docs');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('swagger-ui')]);
    expect(page.headers['content-type']).toContain('text/html');
    expect((await recipe.ask('GET', '/docs/swagger-ui-bundle.js')).status).toBe(200);
    const { body } = await recipe.ask('GET', '/docs/openapi.json');
    expect(Object.keys(body.paths as object)).toContain('/invoices/{invoiceUuid}');
    expect((await recipe.ask('GET', '/docs/openapi.yaml')).text).toContain('invoiceUuid');
  });

  test('allows no plain route next to it', async () => {
    expect(await withPlainRoute(AppModule, '/docs-more')).toContain(
      "DualIdModule.forRoot({ exempt: { '/docs-more': '<reason>' } })",
    );
    expect(await withPlainRoute(AppModule, '/docs/more')).toBe('served');
  });

  test('leaks no internal id and accepts none', () => requireNoLeak(recipe));
});
