import { statement } from 'nest-dual-id';

/** Locks the row of a user, so that order numbers have no gaps; returns both ids. */
export const lockUser = statement(
  'SELECT uuid, id FROM users WHERE uuid = $1 AND deleted_at IS NULL FOR NO KEY UPDATE',
);

/** Locks the rows of many users, skipping those locked by others. */
export const lockFreeUsers = statement(
  `SELECT uuid, id FROM users WHERE uuid = ANY($1) AND deleted_at IS NULL
   FOR NO KEY UPDATE SKIP LOCKED`,
);

/** Lines that cannot be ordered: position, and why; null if there is no such product. */
export const unorderable = statement(
  `SELECT line.position::integer,
          CASE WHEN p.deleted_at IS NOT NULL THEN 'is no longer on sale'
               WHEN p.id IS NOT NULL THEN 'has no price' END
   FROM unnest($1::uuid[]) WITH ORDINALITY AS line (product_uuid, position)
   LEFT JOIN products p ON p.uuid = line.product_uuid
   WHERE p.price IS NULL OR p.deleted_at IS NOT NULL
   ORDER BY line.position`,
);

/**
 * Writes orders of different users with their lines in one statement, with prices frozen and the
 * day and hour in the shop's time zone, and returns the written ones; an order with a line that
 * cannot be ordered is left out.
 *
 * Days between orders are calendar days in that zone; an order that waited for the locks began
 * before the one it follows, perhaps on the day before. The lists are in sub-selects, where the
 * planner does not see their lengths and settles on one plan for all.
 */
export const placeOrders = statement(
  `WITH asked AS MATERIALIZED (
     SELECT uuid, user_id FROM unnest((SELECT $1::uuid[]), (SELECT $2::bigint[])) AS o (uuid, user_id)
   ), line AS MATERIALIZED (
     SELECT line.order_uuid, p.id AS product_id, p.price, line.quantity, line.position,
            p.price IS NOT NULL AND p.deleted_at IS NULL AS orderable
     FROM unnest((SELECT $3::uuid[]), (SELECT $4::uuid[]), (SELECT $5::integer[]), (SELECT $6::integer[]))
          AS line (order_uuid, product_uuid, quantity, position)
          LEFT JOIN products p ON p.uuid = line.product_uuid
   ), placed AS (
     INSERT INTO orders (uuid, user_id, number, day_of_week, hour_of_day, days_since_prior_order)
     SELECT asked.uuid, asked.user_id, coalesce(prior.number, 0) + 1,
            extract(dow FROM now() AT TIME ZONE $7), extract(hour FROM now() AT TIME ZONE $7),
            greatest((now() AT TIME ZONE $7)::date - (prior.at AT TIME ZONE $7)::date,
                     CASE WHEN prior.at IS NOT NULL THEN 0 END)
     FROM asked CROSS JOIN LATERAL (
       SELECT max(number) AS number, max(created_at) AS at FROM orders WHERE user_id = asked.user_id
     ) prior
     WHERE asked.uuid IN (SELECT order_uuid FROM line GROUP BY order_uuid HAVING bool_and(orderable))
     RETURNING id, uuid, user_id
   ), lines AS (
     INSERT INTO order_items
       (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
     SELECT placed.id, line.product_id, line.quantity, line.price, line.position,
            (placed.user_id, line.product_id) IN (
              SELECT o.user_id, i.product_id
              FROM asked JOIN orders o ON o.user_id = asked.user_id
                         JOIN order_items i ON i.order_id = o.id)
     FROM placed JOIN line ON line.order_uuid = placed.uuid
   )
   SELECT uuid FROM placed`,
);

/** Locks an order; returns its internal id, its user's, its number and its status. */
export const lockOrder = statement(
  'SELECT id, user_id, number, status, version FROM orders WHERE uuid = $1 FOR NO KEY UPDATE',
);

/** Adds lines to an order: existing products get a higher quantity, at the price in the order. */
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

/** Increments the version of an order whose lines changed. */
export const touchOrder = statement(
  'UPDATE orders SET version = version + 1, updated_at = now() WHERE id = $1',
);
