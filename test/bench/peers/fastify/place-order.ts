import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** The body of E4. */
export interface NewOrder {
  readonly userUuid: string;
  readonly items: readonly { readonly productUuid: string; readonly quantity: number }[];
}

const lockUser = {
  name: 'lock_user',
  text: 'SELECT id FROM users WHERE uuid = $1 AND deleted_at IS NULL FOR NO KEY UPDATE',
};
const lockOwnUser = {
  name: 'lock_own_user',
  text: 'SELECT id FROM users WHERE uuid = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE',
};
const findProducts = {
  name: 'find_products',
  text: `SELECT id, uuid, name, price FROM products
    WHERE uuid = ANY($1) AND deleted_at IS NULL AND price IS NOT NULL`,
};
const insertOrder = {
  name: 'insert_order',
  text: `INSERT INTO orders (uuid, user_id, number, day_of_week, hour_of_day, days_since_prior_order)
    SELECT $1, $2, coalesce(max(number), 0) + 1, extract(dow FROM now() AT TIME ZONE 'UTC'),
      extract(hour FROM now() AT TIME ZONE 'UTC'), extract(day FROM now() - max(created_at))
    FROM orders WHERE user_id = $2
    RETURNING id, number, status, day_of_week AS "dayOfWeek", hour_of_day AS "hourOfDay",
      days_since_prior_order AS "daysSincePriorOrder", created_at AS "createdAt",
      updated_at AS "updatedAt"`,
};
const insertItems = {
  name: 'insert_items',
  text: `INSERT INTO order_items
      (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
    SELECT $1, line.product_id, line.quantity, line.price, line.position,
      EXISTS (SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id
        WHERE o.user_id = $2 AND o.id <> $1 AND i.product_id = line.product_id)
    FROM unnest($3::bigint[], $4::integer[], $5::numeric[])
      WITH ORDINALITY AS line (product_id, quantity, price, position)
    RETURNING quantity, unit_price AS "unitPrice", add_to_cart_order AS "addToCartOrder", reordered`,
};

/**
 * Places an order in one transaction of four prepared statements; undefined for a bad reference,
 * such as another user than the owner, if there is one.
 */
export async function placeOrder(pool: pg.Pool, { userUuid, items }: NewOrder, owner?: string) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const order = await place(client, userUuid, items, owner);
    await client.query(order ? 'COMMIT' : 'ROLLBACK');
    return order;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function place(
  client: pg.PoolClient,
  userUuid: string,
  items: NewOrder['items'],
  owner: string | undefined,
) {
  const locking =
    owner === undefined
      ? { ...lockUser, values: [userUuid] }
      : { ...lockOwnUser, values: [userUuid, owner] };
  const user = (await client.query(locking)).rows[0];
  const uuids = items.map(({ productUuid }) => productUuid);
  const found = (await client.query({ ...findProducts, values: [uuids] })).rows;
  if (!user || found.length < items.length) return undefined;
  const products = new Map(found.map((row) => [row.uuid, row]));
  const uuid = randomUUID();
  const order = (await client.query({ ...insertOrder, values: [uuid, user.id] })).rows[0];
  const columns = [
    uuids.map((product) => products.get(product).id),
    items.map(({ quantity }) => quantity),
    uuids.map((product) => products.get(product).price),
  ];
  const values = [order.id, user.id, ...columns];
  const lines = (await client.query({ ...insertItems, values })).rows.map((line) => {
    const product = products.get(uuids[line.addToCartOrder - 1]);
    return { ...line, productUuid: product.uuid, name: product.name };
  });
  const total = lines.reduce((sum, line) => sum + line.quantity * Number(line.unitPrice), 0);
  return {
    ...order,
    uuid,
    userUuid,
    itemCount: lines.length,
    total: total.toFixed(2),
    items: lines,
  };
}
