import { statement } from 'nest-dual-id';

/** Locks the user's row, so that order numbers have no gaps; answers the internal id. */
export const lockUser = statement('SELECT id FROM users WHERE uuid = $1 FOR NO KEY UPDATE');

/** Lines that cannot be ordered: position, and why; null when there is no such product. */
export const unorderable = statement(
  `SELECT line.position::integer,
          CASE WHEN p.deleted_at IS NOT NULL THEN 'is not on sale any more'
               WHEN p.id IS NOT NULL THEN 'has no price' END
   FROM unnest($1::uuid[]) WITH ORDINALITY AS line (product_uuid, position)
   LEFT JOIN products p ON p.uuid = line.product_uuid
   WHERE p.price IS NULL OR p.deleted_at IS NOT NULL
   ORDER BY line.position`,
);

/**
 * Writes an order with its lines in one statement, prices frozen. It runs under the lock of the
 * user, so what came before is settled.
 */
export const placeOrder = statement(
  `WITH prior AS (
     SELECT max(number) AS number, max(created_at) AS at FROM orders WHERE user_id = $2
   ), placed AS (
     INSERT INTO orders (uuid, user_id, number, day_of_week, hour_of_day, days_since_prior_order)
     SELECT $1, $2, coalesce(prior.number, 0) + 1,
            extract(dow FROM now() AT TIME ZONE 'UTC'), extract(hour FROM now() AT TIME ZONE 'UTC'),
            extract(day FROM now() - prior.at)
     FROM prior
     RETURNING id
   )
   INSERT INTO order_items
     (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
   SELECT placed.id, p.id, line.quantity, p.price, line.position,
          EXISTS (SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id
                  WHERE o.user_id = $2 AND i.product_id = p.id)
   FROM placed,
        unnest($3::uuid[], $4::integer[]) WITH ORDINALITY AS line (product_uuid, quantity, position)
        JOIN products p ON p.uuid = line.product_uuid`,
);
