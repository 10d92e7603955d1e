import type { OperationText } from 'nest-dual-id';

/** What the API description says of the routes of users. */
export const usersDocs = {
  list: {
    summary: 'List users',
    description: 'Returns a page of the users, the newest first unless `sort` says otherwise.',
  },
  create: {
    summary: 'Create a user',
    description:
      'Registers a customer. The response is 409 when another user has the same email address.',
  },
  get: {
    summary: 'Get a user',
    description: 'Returns one user. The response is 410 once the person was erased.',
  },
  change: {
    summary: 'Change a user',
    description:
      'Changes the properties that are sent; the others stay as they are. An address line or phone number that is sent as null is removed.',
  },
  erase: {
    summary: 'Erase a user',
    description:
      'Erases the person: name, email address, phone number and postal address are gone for good. The orders stay, under the same public id of the user.',
  },
} satisfies Record<string, OperationText>;
