import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NestedRows } from '../../../src/core/reading/nested-rows.js';
import { Select } from '../../../src/core/view/select.js';
import type { Library } from '../../support/library/library.js';
import { Cart } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, openMarket } from '../../support/market/market.js';

let market: Library;
let ann: Stall;
let ben: Stall;
let carts: NestedRows;
beforeAll(async () => {
  market = await openMarket();
  [ann, ben] = [await aStall(market, 'Ann'), await aStall(market, 'Ben')];
  const select = new Select(market.dataSource.getMetadata(Cart));
  select.add(`'found'`);
  carts = new NestedRows(market.database, { name: 'Cart', select }, ['person']);
});
afterAll(() => market.close());

test('an address with another parent behind it matches nothing, alone and together', async () => {
  const asAnn = { person: ann.person };
  const odd = [`${ben.cart} ${ben.person}`, `${ben.cart} `, ` ${ben.cart}`, ''];
  for (const address of odd) {
    expect(await carts.get(address, asAnn).catch(() => undefined)).toBeUndefined();
    const both = await Promise.all([
      carts.get(address, asAnn).catch(() => undefined),
      carts.get(ann.cart, asAnn),
    ]);
    expect(both).toMatchObject([undefined, ['found']]);
    const many = await carts.many([address, ann.cart], asAnn).catch(() => new Map());
    expect(many.has(ben.cart)).toBe(false);
  }
  expect(await carts.get(ben.cart, asAnn)).toBeUndefined();
  expect(await carts.get(ben.cart, { person: ben.person })).toMatchObject(['found']);
});

test('a parent that is none matches nothing', async () => {
  for (const person of [
    undefined,
    null,
    '',
    'x',
    `${ann.person} `,
    `${ann.person} ${ben.person}`,
  ]) {
    expect(await carts.get(ann.cart, { person: person as string })).toBeUndefined();
  }
});
