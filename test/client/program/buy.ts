import createClient from 'openapi-fetch';
import type { components, paths } from './shop-api.js';

/** A customer of the shop; every type is generated from the API description. */
type Product = components['schemas']['ProductView'];
type Order = components['schemas']['OrderView'];

const shop = createClient<paths>({
  baseUrl: process.argv[2] ?? '',
  headers: { authorization: process.argv[3] ?? '' },
  querySerializer: { array: { style: 'form', explode: false } },
});

/** A page of two products by name. */
async function page(after: string | null): Promise<components['schemas']['ProductViewPage']> {
  const { data, error } = await shop.GET('/products', {
    params: { query: { limit: 2, sort: ['name', '-createdAt'], ...(after && { after }) } },
  });
  if (error) throw new Error(error.detail);
  return data;
}

/** Every product, page by page. */
async function products(): Promise<Product[]> {
  const found: Product[] = [];
  let next: string | null = null;
  do {
    const { items, nextCursor } = await page(next);
    found.push(...items);
    next = nextCursor;
  } while (next !== null);
  return found;
}

/** Signs up, fills a cart and checks it out. */
async function buy([first, second]: readonly Product[]): Promise<Order> {
  const user = await shop.POST('/users', {
    body: { firstName: 'Ada', lastName: 'Byron', email: 'ada@example.org', phone: null },
  });
  if (user.error) throw new Error(user.error.detail);
  const { uuid: userUuid } = user.data;
  const cart = await shop.POST('/carts', { body: { userUuid } });
  if (cart.error) throw new Error(cart.error.detail);
  const path = { cartUuid: cart.data.uuid };
  await shop.POST('/carts/{cartUuid}/items', {
    params: { path },
    body: { productUuid: first!.uuid },
  });
  const filled = await shop.PUT('/carts/{cartUuid}/items/{productUuid}', {
    params: { path: { ...path, productUuid: second!.uuid } },
    body: { quantity: 3 },
  });
  if (filled.data?.itemCount !== 2) throw new Error('The cart does not have two lines.');
  const order = await shop.POST('/carts/{cartUuid}/checkout', {
    params: { path, header: { 'Idempotency-Key': 'once' } },
  });
  if (order.error) throw new Error(order.error.detail);
  return order.data;
}

/** Reads the order again, by its public id. */
async function read({ uuid: orderUuid }: Order): Promise<Order> {
  const { data, error } = await shop.GET('/orders/{orderUuid}', {
    params: { path: { orderUuid } },
  });
  if (error) throw new Error(error.detail);
  return data;
}

/** Requests a numeric id, and returns the problem document. */
async function refused(): Promise<components['schemas']['Problem'] | undefined> {
  const { data, error } = await shop.GET('/orders/{orderUuid}', {
    params: { path: { orderUuid: '7' } },
  });
  if (data) throw new Error(`An order has the number ${data.uuid}.`);
  return error;
}

/** What the types refuse at compile time: names and values that the API does not have. */
export async function mistakes(): Promise<void> {
  // @ts-expect-error No response has an internal id.
  void (await read({} as Order)).id;
  // @ts-expect-error A status that no order can have.
  void ('lost' satisfies Order['status']);
  // @ts-expect-error A user has a first name.
  await shop.POST('/users', { body: { lastName: 'Byron', email: 'ada@example.org' } });
  // @ts-expect-error A filter that the route does not accept.
  await shop.GET('/products', { params: { query: { colour: 'red' } } });
  // @ts-expect-error A route that does not exist.
  await shop.GET('/orders/{id}', { params: { path: { id: '7' } } });
}

const offered = await products();
const bought = await buy(offered);
const again = await read(bought);
process.stdout.write(
  JSON.stringify({
    offered: offered.map(({ name }) => name),
    lines: again.items.map(({ name, quantity }) => ({ name, quantity })),
    total: again.total,
    isSame: JSON.stringify(again) === JSON.stringify(bought),
    problem: (await refused())?.code,
  }),
);
