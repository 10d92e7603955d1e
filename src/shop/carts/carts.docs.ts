import type { OperationText } from 'nest-dual-id';

/** What the API description says of the routes of carts. */
export const cartsDocs = {
  list: {
    summary: 'List carts',
    description:
      'Returns a page of the carts of all users, open and checked out, the newest first.',
  },
  open: {
    summary: 'Open a cart',
    description:
      'Returns the open cart of a user, and opens one when there is none. The response is 422 when there is no such user.',
  },
  get: {
    summary: 'Get a cart',
    description: 'Returns one cart with its items, at today’s prices.',
  },
  items: {
    summary: 'List the items of a cart',
    description: 'Returns a page of the products in a cart, in the order in which they were added.',
  },
  add: {
    summary: 'Add a product to a cart',
    description:
      'Adds to the quantity of the product, or puts it into the cart, and returns the cart. A cart that was checked out is refused with 409.',
  },
  set: {
    summary: 'Set the quantity of a product',
    description:
      'Sets the quantity, whether the product was in the cart before or not, and returns the cart. A cart that was checked out is refused with 409.',
  },
  remove: {
    summary: 'Remove a product from a cart',
    description:
      'Removes the product and returns the cart. The response is 404 when it is not in the cart.',
  },
  clear: {
    summary: 'Empty a cart',
    description: 'Removes every product and returns the cart, which stays open.',
  },
  checkout: {
    summary: 'Check out a cart',
    description:
      'Places an order for everything in the cart at today’s prices, closes the cart and returns the order. An empty cart is refused with 409, a product without a price or off sale with 422. Send an `Idempotency-Key`, so that a retry does not order twice.',
  },
} satisfies Record<string, OperationText>;

export const guestCartsDocs = {
  open: {
    summary: 'Open the cart of a guest',
    description:
      'Opens a cart of nobody, and returns its public id and a token, which is sent as `Authorization: Bearer`. Whoever has the token may read and fill this cart, and nothing else, for thirty days.',
  },
  claim: {
    summary: 'Claim the cart of a guest',
    description:
      'Moves what is in the cart of a guest into the open cart of the caller, and returns that. The token ends. The response is 403 when there is nothing to claim.',
  },
} satisfies Record<string, OperationText>;

export const userCartDocs = {
  get: {
    summary: 'Get the open cart of a user',
    description: 'Returns the open cart. The response is 404 when the user has none.',
  },
  open: {
    summary: 'Open the cart of a user',
    description: 'Returns the open cart of the user, and opens one when there is none.',
  },
} satisfies Record<string, OperationText>;
