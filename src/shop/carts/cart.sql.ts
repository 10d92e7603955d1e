import { statement } from 'nest-dual-id';

/** Opens a cart unless the user has an open one; returns the user and that cart. */
export const openCart = statement(
  `WITH opened AS (
     INSERT INTO carts (uuid, user_id)
     SELECT $2, id FROM users WHERE uuid = $1 AND deleted_at IS NULL
     ON CONFLICT (user_id) WHERE closed_at IS NULL DO NOTHING
     RETURNING uuid)
   SELECT uuid FROM opened`,
);

/** The open cart of a user. */
export const findOpenCart = statement(
  `SELECT c.uuid FROM carts c JOIN users u ON u.id = c.user_id
   WHERE u.uuid = $1 AND u.deleted_at IS NULL AND c.closed_at IS NULL`,
);

/** Touches an open cart, so that it cannot be closed meanwhile; returns its previous version. */
export const touchOpenCart = statement(
  `UPDATE carts SET version = version + 1, updated_at = now()
   WHERE uuid = $1 AND closed_at IS NULL RETURNING id, version - 1`,
);

/** Adds to the quantity of a product, in one step, safe against concurrent additions. */
export const addItem = statement(
  `INSERT INTO cart_items AS i (cart_id, product_id, quantity)
   SELECT $1, dual_id.required((SELECT id FROM products WHERE uuid = $2 AND deleted_at IS NULL), 'productUuid'), $3
   ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = i.quantity + excluded.quantity`,
);

/**
 * Sets the quantity of a product, whether it was in the cart or not; touches no row if the product
 * does not exist.
 */
export const setItem = statement(
  `INSERT INTO cart_items AS i (cart_id, product_id, quantity)
   SELECT $1, id, $3 FROM products WHERE uuid = $2 AND deleted_at IS NULL
   ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = excluded.quantity`,
);

/** Removes one product. */
export const removeItem = statement(
  `DELETE FROM cart_items i USING products p
   WHERE i.cart_id = $1 AND p.id = i.product_id AND p.uuid = $2`,
);

/** Removes everything. */
export const clearItems = statement('DELETE FROM cart_items WHERE cart_id = $1');

/** What is to be ordered, in the order in which it was added to the cart. */
export const cartLines = statement(
  `SELECT p.uuid, i.quantity FROM cart_items i JOIN products p ON p.id = i.product_id
   WHERE i.cart_id = $1 ORDER BY i.added_at, i.product_id`,
);

/** Locks an open cart of nobody; returns its internal id. */
export const findGuestCart = statement(
  `SELECT id FROM carts WHERE uuid = $1 AND user_id IS NULL AND closed_at IS NULL FOR UPDATE`,
);

/** Adds what is in one cart to another, up to the maximum of each product. */
export const moveItems = statement(
  `INSERT INTO cart_items AS i (cart_id, product_id, quantity, added_at)
   SELECT $2, product_id, quantity, added_at FROM cart_items WHERE cart_id = $1
   ON CONFLICT (cart_id, product_id)
     DO UPDATE SET quantity = least(i.quantity + excluded.quantity, 999)`,
);

/** Closes a cart. */
export const closeCart = statement(
  `UPDATE carts SET closed_at = now(), version = version + 1, updated_at = now()
   WHERE id = $1`,
);
