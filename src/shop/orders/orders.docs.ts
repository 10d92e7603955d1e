import type { OperationText } from 'nest-dual-id';

const placeText =
  'Places an order at today’s prices, which it keeps, and returns it. A product without a price or off sale is refused with 422. Send an `Idempotency-Key`, so that a retry does not order twice.';

/** What the API description says of the routes of orders. */
export const ordersDocs = {
  list: {
    summary: 'List orders',
    description:
      'Returns a page of the orders of all users, the newest first, without their items.',
  },
  create: { summary: 'Place an order', description: placeText },
  get: {
    summary: 'Get an order',
    description:
      'Returns one order with its first thousand items. The list of its items has them all.',
  },
  items: {
    summary: 'List the items of an order',
    description: 'Returns a page of the products in an order, at the prices of the day.',
  },
  add: {
    summary: 'Add items to an order',
    description:
      'Adds products at today’s prices and returns the order. A product that is there already gets more, at the price it has there. Only pending orders take new items; others are refused with 409.',
  },
} satisfies Record<string, OperationText>;

export const userOrdersDocs = {
  list: {
    summary: 'List the orders of a user',
    description: 'Returns a page of the orders of one user, the newest first, without their items.',
  },
  create: { summary: 'Place an order for a user', description: placeText },
  get: {
    summary: 'Get an order of a user',
    description: 'Returns one order. The response is 404 for the order of another user.',
  },
  items: {
    summary: 'List the items of an order of a user',
    description:
      'Returns a page of the products in an order. The response is 404 for the order of another user.',
  },
} satisfies Record<string, OperationText>;

export const orderStatusDocs = {
  move: {
    summary: 'Change the status of an order',
    description:
      'Moves the order to another status and returns it. An order goes from pending to processing, shipped and delivered. It can be cancelled before it is shipped, fail while it is processed, and be returned and refunded once it is delivered. A step that its status does not allow is refused with 409. Each status takes a permission of its own besides `orders:move`: `orders:process`, `orders:ship`, `orders:deliver`, `orders:cancel`, `orders:fail`, `orders:request-return`, `orders:accept-return`, `orders:refund`.',
  },
  cancel: {
    summary: 'Cancel an order',
    description:
      'Cancels an order that is pending or processing, and returns it. Any other order is refused with 409.',
  },
  requestReturn: {
    summary: 'Ask for the return of an order',
    description:
      'Asks for the return of an order that was delivered, and returns it. Any other order is refused with 409.',
  },
  history: {
    summary: 'Get the history of an order',
    description:
      'Returns every change of the status: what it was and became, when, by whom and why. Customers read their own notes; those of the shop are null for them.',
  },
} satisfies Record<string, OperationText>;
