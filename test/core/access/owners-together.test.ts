import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Computed, Field, restrictedTo, View } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { Cart, Item } from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, openMarket, outcomeOf, pageBy } from '../../support/market/market.js';
import { CartView, ItemView, LineView } from '../../support/market/market.views.js';

/** A cart whose size cannot be computed if its label is no number. */
@View(Cart)
class SizedCart {
  @Field() uuid!: PublicId<Cart>;
  @Computed({ type: 'integer' }, (cart) => `${cart('label')}::integer`) size!: number;
}

let market: Library;
let stalls: Stall[];
beforeAll(async () => {
  market = await openMarket();
  stalls = [];
  for (let n = 0; n < 8; n++) stalls.push(await aStall(market, String(n)));
});
afterAll(() => market.close());

/** What each of them sees of the next one's and of its own, all asked for in one turn. */
async function together(look: (stall: Stall, others: boolean) => Promise<unknown>) {
  let seen: unknown[] = [];
  const texts = await statementsOf(market, async () => {
    seen = await Promise.all(
      stalls.flatMap((stall, at) => {
        const other = stalls[(at + 1) % stalls.length]!;
        const ask = () => [outcomeOf(look(stall, false)), outcomeOf(look(other, true))];
        return restrictedTo(stall.person, ask);
      }),
    );
  });
  return { seen, statements: texts.length };
}

const each = (of: (stall: Stall) => unknown, other: unknown) =>
  stalls.flatMap((stall) => [of(stall), other]);

describe('lookups for different owners in one turn', () => {
  test('of views share a statement, and each sees its own row alone', async () => {
    const items = market.repositories.of(Item);
    const look = async ({ item }: Stall) => (await items.find(ItemView, item))?.uuid;
    const { seen, statements } = await together(look);
    expect(seen).toEqual(each(({ item }) => item, undefined));
    expect(statements).toBe(1);
  });

  test('of the same row are told apart', async () => {
    const carts = market.repositories.of(Cart);
    const { cart } = stalls[0]!;
    let found: boolean[] = [];
    const texts = await statementsOf(market, async () => {
      const asked = stalls.map(({ person }) =>
        restrictedTo(person, () => carts.find(CartView, cart)),
      );
      found = (await Promise.all(asked)).map((view) => view !== undefined);
    });
    expect(found).toEqual(stalls.map((_, at) => at === 0));
    expect(texts).toHaveLength(1);
  });

  test('of internal ids share a statement', async () => {
    const carts = market.repositories.of(Cart);
    const { seen, statements } = await together(({ cart }) => carts.exists(cart));
    expect(seen).toEqual(each(() => true, false));
    expect(statements).toBe(1);
  });

  test('of ids before own statements share one', async () => {
    const items = market.repositories.of(Item);
    const texts = await statementsOf(market, async () => {
      const asked = stalls.map(({ person, item }) =>
        restrictedTo(person, () => items.requireOwn(item)),
      );
      await Promise.all(asked);
    });
    expect(texts).toHaveLength(1);
  });

  test('of why a row is not there share a statement after the first', async () => {
    const carts = market.repositories.of(Cart);
    const { seen, statements } = await together(async (stall, isOther) => {
      const uuid = isOther ? stall.cart : (randomUUID() as never);
      await carts.get(CartView, uuid);
    });
    expect(seen).toEqual(each(() => 'not_found', 'not_found'));
    expect(statements).toBe(2);
  });

  test('of pages share a statement, and each has its own rows', async () => {
    const { repositories } = market;
    const look = async () => (await repositories.page(LineView, pageBy('position'))).items;
    const texts = await statementsOf(market, async () => {
      const pages = stalls.map(({ person }) => restrictedTo(person, look));
      const texts = (await Promise.all(pages)).map((items) => items.map(({ text }) => text));
      expect(texts).toEqual(stalls.map((_, at) => [`${at}'s`]));
    });
    expect(texts).toHaveLength(1);
  });

  test('fail alone where one of them fails', async () => {
    const [broken, whole] = [stalls[1]!, stalls[2]!];
    await sql(market, `UPDATE baskets SET cart_label = '7' WHERE uuid = '${whole.cart}'`);
    const carts = market.repositories.of(Cart);
    const read = ({ person, cart }: Stall) =>
      restrictedTo(person, () => outcomeOf(carts.get(SizedCart, cart)));
    const foreign = restrictedTo(whole.person, () => outcomeOf(carts.get(SizedCart, broken.cart)));
    const seen = await Promise.all([read(broken), read(whole), foreign]);
    expect(seen).toMatchObject(['rule_violated', { uuid: whole.cart, size: 7 }, 'not_found']);
  });
});

describe('work that is not restricted', () => {
  test('sends the same statements as ever while others are restricted', async () => {
    const carts = market.repositories.of(Cart);
    const read = () => Promise.all(stalls.map(({ cart }) => carts.get(CartView, cart)));
    const alone = await statementsOf(market, read);
    expect(alone).toHaveLength(1);
    const { person, cart } = stalls[0]!;
    const mixed = await statementsOf(market, () =>
      Promise.all([read(), restrictedTo(person, () => carts.get(CartView, cart))]),
    );
    expect(mixed).toHaveLength(2);
    expect(mixed).toContain(alone[0]);
  });
});
