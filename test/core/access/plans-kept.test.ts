import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import type { Pool } from 'pg';
import type { Library } from '../../support/library/library.js';
import { Item } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, openMarket } from '../../support/market/market.js';
import { ItemView } from '../../support/market/market.views.js';

let market: Library;
let stalls: Stall[];
beforeAll(async () => {
  market = await openMarket();
  stalls = [];
  for (const name of ['a', 'b', 'c']) stalls.push(await aStall(market, name));
});
afterAll(() => market.close());

/** How often the one connection in use planned the statements that several owners share. */
async function plansAfter(look: (stall: Stall) => Promise<unknown>, rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(stalls.map((stall) => restrictedTo(stall.person, () => look(stall))));
  }
  const { master } = market.dataSource.driver as unknown as { master: Pool };
  const { rows } = await master.query(
    `SELECT custom_plans::integer AS custom, generic_plans::integer AS kept
     FROM pg_prepared_statements WHERE statement LIKE '%WITH ORDINALITY%'
     ORDER BY prepare_time DESC LIMIT 1`,
  );
  return rows[0] as unknown;
}

test('a view read for few owners at once is planned five times, and no more', async () => {
  const items = market.repositories.of(Item);
  const look = ({ item }: Stall) => items.get(ItemView, item);
  expect(await plansAfter(look, 20)).toEqual({ custom: 5, kept: 15 });
});
