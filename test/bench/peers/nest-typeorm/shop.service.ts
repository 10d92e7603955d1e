import {
  Inject,
  Injectable,
  NotFoundException,
  UnprocessableEntityException,
} from '@nestjs/common';
import { DataSource, In, LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { PlaceOrder } from './inputs.js';
import { PlainOrder, PlainOrderItem, PlainProduct, PlainUser } from './entities.js';

/** What a hand-written service does with repositories: one method an endpoint. */
@Injectable()
export class ShopService {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async order(uuid: string): Promise<PlainOrder> {
    return found(await this.dataSource.getRepository(PlainOrder).findOneBy({ uuid }));
  }

  async ownedOrder(uuid: string): Promise<PlainOrder> {
    const orders = this.dataSource.getRepository(PlainOrder);
    return found(await orders.findOne({ where: { uuid }, relations: { user: true } }));
  }

  /** The newest orders of a user; the cursor is the time of the last one. */
  async page(uuid: string, limit: number, after: string | undefined) {
    const user = found(await this.dataSource.getRepository(PlainUser).findOneBy({ uuid }));
    const older = after === undefined ? {} : { createdAt: LessThan(new Date(after)) };
    const rows = await this.dataSource.getRepository(PlainOrder).find({
      where: { userId: user.id, ...older },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit).map((order) => Object.assign(order, { userUuid: uuid }));
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last?.createdAt.toISOString() ?? null };
  }

  place(input: PlaceOrder) {
    return this.dataSource.transaction((manager) => placeIn(manager, input));
  }
}

async function placeIn(manager: EntityManager, { userUuid, items }: PlaceOrder) {
  const user = await manager.findOne(PlainUser, {
    where: { uuid: userUuid },
    lock: { mode: 'for_no_key_update' },
  });
  const uuids = items.map(({ productUuid }) => productUuid);
  const products = await manager.findBy(PlainProduct, { uuid: In(uuids) });
  const isOrderable = products.every(({ price, deletedAt }) => price !== null && !deletedAt);
  if (!user || products.length < items.length || !isOrderable) {
    throw new UnprocessableEntityException();
  }
  const order = await insertOrder(manager, user);
  const before = await orderedBefore(manager, user, products);
  const productOf = new Map(products.map((product) => [product.uuid, product]));
  const lines = items.map(({ productUuid, quantity }, index) => ({
    orderId: order.id,
    productId: productOf.get(productUuid)!.id,
    quantity,
    unitPrice: productOf.get(productUuid)!.price!,
    addToCartOrder: index + 1,
    reordered: before.has(productOf.get(productUuid)!.id),
  }));
  await manager.insert(PlainOrderItem, lines);
  const total = lines.reduce((sum, line) => sum + line.quantity * Number(line.unitPrice), 0);
  return {
    ...order,
    userUuid,
    itemCount: lines.length,
    total: total.toFixed(2),
    items: lines.map((line, index) => {
      const { uuid, name } = productOf.get(items[index]!.productUuid)!;
      return { ...line, productUuid: uuid, name };
    }),
  };
}

async function insertOrder(manager: EntityManager, user: PlainUser): Promise<PlainOrder> {
  const [last] = await manager.find(PlainOrder, {
    where: { userId: user.id },
    order: { number: 'DESC' },
    take: 1,
  });
  const now = new Date();
  const order = manager.create(PlainOrder, {
    userId: user.id,
    number: (last?.number ?? 0) + 1,
    dayOfWeek: now.getUTCDay(),
    hourOfDay: now.getUTCHours(),
    daysSincePriorOrder: last
      ? Math.floor((now.getTime() - last.createdAt.getTime()) / 86_400_000)
      : null,
  });
  await manager.insert(PlainOrder, order);
  return order;
}

async function orderedBefore(
  manager: EntityManager,
  user: PlainUser,
  products: readonly PlainProduct[],
): Promise<ReadonlySet<string>> {
  const rows = await manager
    .createQueryBuilder(PlainOrderItem, 'item')
    .select('DISTINCT item.productId', 'product')
    .innerJoin(PlainOrder, 'o', 'o.id = item.orderId')
    .where('o.userId = :user', { user: user.id })
    .andWhere('item.productId IN (:...products)', { products: products.map(({ id }) => id) })
    .getRawMany<{ product: string }>();
  return new Set(rows.map(({ product }) => product));
}

function found<T>(value: T | null): T {
  if (value === null) throw new NotFoundException();
  return value;
}
