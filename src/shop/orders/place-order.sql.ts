import { statement } from 'nest-dual-id';

/** Locks the user's row, so that order numbers have no gaps; answers the internal id. */
export const lockUser = statement(
  'SELECT id FROM users WHERE uuid = $1 AND deleted_at IS NULL FOR NO KEY UPDATE',
);

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
 * Writes an order with its lines in one statement, prices frozen, day and hour in the shop's time
 * zone; nothing when a line cannot be ordered. It runs under the lock of the user, so what came
 * before is settled.
 */
export const placeOrder = statement(
  `WITH line AS MATERIALIZED (
     SELECT p.id AS product_id, p.price, line.quantity, line.position,
            p.price IS NOT NULL AND p.deleted_at IS NULL AS orderable
     FROM unnest($3::uuid[], $4::integer[])
          WITH ORDINALITY AS line (product_uuid, quantity, position)
          LEFT JOIN products p ON p.uuid = line.product_uuid
   ), prior AS (
     SELECT max(number) AS number, max(created_at) AS at FROM orders WHERE user_id = $2
   ), placed AS (
     INSERT INTO orders (uuid, user_id, number, day_of_week, hour_of_day, days_since_prior_order)
     SELECT $1, $2, coalesce(prior.number, 0) + 1,
            extract(dow FROM now() AT TIME ZONE $5), extract(hour FROM now() AT TIME ZONE $5),
            extract(day FROM now() - prior.at)
     FROM prior
     WHERE (SELECT bool_and(orderable) FROM line)
     RETURNING id
   )
   INSERT INTO order_items
     (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
   SELECT placed.id, line.product_id, line.quantity, line.price, line.position,
          EXISTS (SELECT 1 FROM orders o JOIN order_items i ON i.order_id = o.id
                  WHERE o.user_id = $2 AND i.product_id = line.product_id)
   FROM placed, line`,
);

/** Locks an order; answers its internal id, its user's, its number and its status. */
export const lockOrder = statement(
  'SELECT id, user_id, number, status FROM orders WHERE uuid = $1 FOR NO KEY UPDATE',
);

/** Adds lines to an order: a product that is there gets more, at the price it has there. */
export const addLines = statement(
  `INSERT INTO order_items AS i
     (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
   SELECT $1, p.id, line.quantity, p.price,
          (SELECT coalesce(max(add_to_cart_order), 0) FROM order_items WHERE order_id = $1)
            + row_number() OVER (ORDER BY known.order_id IS NOT NULL, line.position),
          EXISTS (SELECT 1 FROM orders o JOIN order_items e ON e.order_id = o.id
                  WHERE o.user_id = $2 AND o.number < $3 AND e.product_id = p.id)
   FROM unnest($4::uuid[], $5::integer[]) WITH ORDINALITY AS line (product_uuid, quantity, position)
        JOIN products p ON p.uuid = line.product_uuid
        LEFT JOIN order_items known ON known.order_id = $1 AND known.product_id = p.id
   ON CONFLICT (order_id, product_id) DO UPDATE SET quantity = i.quantity + excluded.quantity`,
);

/** Moves the version of an order whose lines changed. */
export const touchOrder = statement(
  'UPDATE orders SET version = version + 1, updated_at = now() WHERE id = $1',
);
