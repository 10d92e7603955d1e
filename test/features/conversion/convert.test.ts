import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

describe.each([
  ['add-uuid', 'bigint'],
  ['add-uuid', 'integer'],
  ['add-bigint', 'uuid'],
  ['uuid-key', 'integer'],
] as const)('%s on a table with a key of type %s', (kind, key) => {
  let stock: Stock;
  beforeAll(async () => {
    stock = await openStock(articleTables(key, 2_000));
  });
  afterAll(() => stock.stop());

  test('plans, runs and contracts', async () => {
    const plan = await stock.conversions.plan({ table: 'articles', kind });
    expect(plan.notes.filter((note) => note.kind === 'refused')).toEqual([]);
    await stock.conversions.start(plan);
    await stock.conversions.contract('public.articles');
  });
});
