import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Recipe } from '../../support/recipe.js';
import {
  createFrom,
  requireNoLeak,
  startRecipe,
  withLeakAt,
  withPlainRoute,
} from '../../support/recipe.js';

describe('an application with static files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dual-id-site-'));
  let module: (typeof import('./static-files.js'))['AppModule'];
  let recipe: Recipe;
  beforeAll(async () => {
    writeFileSync(join(folder, 'index.html'), '<h1>Invoices</h1>');
    writeFileSync(join(folder, 'site.css'), 'h1 { color: teal }');
    process.env['SITE_FOLDER'] = folder;
    module = (await import('./static-files.js')).AppModule;
    recipe = await startRecipe(() => createFrom(withLeakAt(module, '/site/leak', '/leak')));
  });
  afterAll(async () => {
    await recipe.stop();
    rmSync(folder, { recursive: true });
  });

  test('serves them below /site', async () => {
    expect((await recipe.ask('GET', '/site/')).text).toBe('<h1>Invoices</h1>');
    expect((await recipe.ask('GET', '/site/site.css')).text).toBe('h1 { color: teal }');
    expect((await recipe.ask('GET', '/site/none.css')).status).toBe(404);
  });

  test('blocks what a middleware writes anywhere else', async () => {
    expect((await recipe.ask('GET', '/site/leak')).text).toBe('id 7');
    const { status, text } = await recipe.ask('GET', '/leak');
    expect(status).toBe(500);
    expect(text).not.toContain('7');
  });

  test('allows no plain route next to them', async () => {
    expect(await withPlainRoute(module, '/sites')).toContain('declares no response');
  });

  test('leaks no internal id and accepts none', () => requireNoLeak(recipe));
});
