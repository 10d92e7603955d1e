import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stepsOf } from 'nest-dual-id/conversion';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

describe.each([
  ['add-uuid', 'bigint'],
  ['add-uuid', 'integer'],
  ['add-bigint', 'uuid'],
  ['uuid-key', 'integer'],
] as const)('the steps of %s on a key of type %s', (kind, key) => {
  let stock: Stock;
  beforeAll(async () => {
    stock = await openStock(articleTables(key, 10));
  });
  afterAll(() => stock.stop());

  test('have names of their own, by which they are remembered', async () => {
    const names = stepsOf(await stock.conversions.plan({ table: 'articles', kind })).map(
      ({ name }) => name,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('are the same after the plan has been through the database', async () => {
    const plan = await stock.conversions.plan({ table: 'articles', kind });
    expect(stepsOf(JSON.parse(JSON.stringify(plan)))).toEqual(stepsOf(plan));
  });
});
