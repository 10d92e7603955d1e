import type { PageRequest, PublicId } from 'nest-dual-id';
import type { Library } from '../library/library.js';
import { openLibrary, sql } from '../library/library.js';
import { Cart, Item, marketEntities, Person, Product, Voucher } from './market.entities.js';
import { makeMarketTables } from './market.tables.js';
import { CartView, ItemView, PersonView, ProductView, VoucherView } from './market.views.js';

/** Somebody with one of each thing. */
export interface Stall {
  readonly person: PublicId<Person>;
  readonly cart: PublicId<Cart>;
  readonly item: PublicId<Item>;
  readonly voucher: PublicId<Voucher>;
}

/** Opens a database with the market's tables. */
export function openMarket(): Promise<Library> {
  return openLibrary({}, marketEntities, makeMarketTables);
}

/** Makes a person with a cart, an item, a line and a voucher. */
export async function aStall(market: Library, name: string): Promise<Stall> {
  const { repositories } = market;
  const { uuid: person } = await repositories.of(Person).create(PersonView, { name });
  const cart = await aCart(market, person, `${name}'s`);
  const item = await repositories.of(Item).create(ItemView, { cartUuid: cart });
  const input = { code: `${name}'s`, personUuid: person };
  const voucher = await repositories.of(Voucher).create(VoucherView, input);
  await sql(
    market,
    `INSERT INTO lines (cart_id, position, text)
     SELECT id, 1, cart_label FROM baskets WHERE uuid = '${cart}'`,
  );
  return { person, cart, item: item.uuid, voucher: voucher.uuid };
}

/** Makes a cart of a person. */
export async function aCart(
  { repositories }: Library,
  personUuid: PublicId<Person>,
  label = 'another',
): Promise<PublicId<Cart>> {
  const { uuid } = await repositories.of(Cart).create(CartView, { label, personUuid });
  return uuid;
}

/** Makes a product, which is nobody's. */
export async function aProduct({ repositories }: Library): Promise<PublicId<Product>> {
  const { uuid } = await repositories.of(Product).create(ProductView, { name: 'Soap' });
  return uuid;
}

/** The first page in an order. */
export function pageBy(field: string, more: Partial<PageRequest> = {}): PageRequest {
  return { limit: 20, sort: [{ field, descending: false }], filters: {}, within: {}, ...more };
}

/** How a promise ended: its value, or the code of its error. */
export async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch(({ code }: { code: string }) => code);
}
