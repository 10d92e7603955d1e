import type { DualIdRepository, EntityInput, InternalId, PublicId } from 'nest-dual-id';
import { newPublicId, parsePublicId } from 'nest-dual-id';
import type { Order } from '../../../src/shop/orders/order.entity.js';
import type { OrderView } from '../../../src/shop/orders/order.view.js';
import type { Product } from '../../../src/shop/products/product.entity.js';
import type { User } from '../../../src/shop/users/user.entity.js';

/**
 * Code that must not compile: `tsc` fails on a line below whose error is gone. Nothing here runs.
 */
export function idsDoNotMix(user: User, order: Order): void {
  let internal: InternalId<User> = user.id;
  let shown: PublicId<User> = user.uuid;
  internal = user.id;
  shown = newPublicId<User>(4);

  // @ts-expect-error an internal id is no public id
  shown = user.id;
  // @ts-expect-error a public id is no internal id
  internal = user.uuid;
  // @ts-expect-error another entity's internal id
  internal = order.id;
  // @ts-expect-error another entity's public id
  shown = order.uuid;
  // @ts-expect-error a number is no id
  internal = 42;
  // @ts-expect-error a bigint is no id either
  internal = 42n;
  // @ts-expect-error a plain string is no internal id
  internal = '42';
  // @ts-expect-error a plain string is no public id before it is parsed
  shown = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
  // @ts-expect-error a parsed public id may be absent
  shown = parsePublicId<User>('0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e', [4]);
  // @ts-expect-error public ids have version 4 or 7
  shown = newPublicId<User>(1);
  // @ts-expect-error an internal id is never assigned by hand
  user.id = internal;
  // @ts-expect-error a public id never changes
  user.uuid = shown;
  // @ts-expect-error an internal id does not count
  void (internal + 1 === 43);

  const text: string = shown;
  void [internal, text];
}

export async function repositoriesTakePublicIdsOfTheirOwn(
  orders: DualIdRepository<Order>,
  view: new () => OrderView,
  { user, order }: { user: User; order: Order },
): Promise<void> {
  await orders.get(view, order.uuid);
  // @ts-expect-error an internal id does not find
  await orders.get(view, order.id);
  // @ts-expect-error nor does another entity's public id
  await orders.get(view, user.uuid);
  // @ts-expect-error nor a plain string
  await orders.resolve('0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e');
  const id: InternalId<Order> = await orders.resolve(order.uuid);
  void id;
}

export function inputsNameReferencesByPublicId(user: User, product: Product): EntityInput<Order>[] {
  return [
    { userUuid: user.uuid, number: 1 },
    // @ts-expect-error the public id of a product is no user
    { userUuid: product.uuid },
    // @ts-expect-error the internal id of a user is no reference
    { userUuid: user.id },
    // @ts-expect-error references go by public id
    { user },
    // @ts-expect-error an internal id has no place in an input
    { id: '1' },
  ];
}
