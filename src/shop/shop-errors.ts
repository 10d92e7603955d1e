import type { ErrorDefinition } from 'nest-dual-id';
import { problemsOf } from 'nest-dual-id';

/** The shop's own error codes, in addition to the library's table. */
export const shopErrorCodes = {
  cart_empty: {
    status: 409,
    title: 'The cart is empty',
    next: 'Put something into it first.',
  },
  cart_closed: {
    status: 409,
    title: 'The cart was checked out',
    next: 'Open a new one: POST /users/{userUuid}/cart.',
  },
  cart_unclaimed: {
    status: 409,
    title: 'The cart belongs to a guest',
    next: 'Sign in and claim it: POST /carts/claims.',
  },
  order_not_pending: {
    status: 409,
    title: 'The order is no longer pending',
    next: 'Place another order.',
  },
  status_refused: {
    status: 409,
    title: 'The order cannot take this status',
    next: 'Read the order again; only the statuses that follow its own are possible.',
  },
  not_orderable: {
    status: 422,
    title: 'A product cannot be ordered',
    next: 'Remove the named lines from the order.',
  },
} as const satisfies Record<string, ErrorDefinition>;

/** Makes an error of the shop's table of codes. */
export const shopProblem = problemsOf(shopErrorCodes);
