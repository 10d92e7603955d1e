import type { OperationText } from 'nest-dual-id';

/** What the API description says of the routes of roles. */
export const rolesDocs = {
  list: {
    summary: 'List roles',
    description: 'Returns a page of the roles with the names of the permissions that they give.',
  },
} satisfies Record<string, OperationText>;

export const userRolesDocs = {
  get: {
    summary: 'Get the roles of a user',
    description: 'Returns the public ids of the roles that the user holds.',
  },
  assign: {
    summary: 'Give a user a role',
    description:
      'Gives the user the role, or leaves it with the user. The response is 403 when the caller lacks one of its permissions, and only an owner makes somebody an owner.',
  },
  unassign: {
    summary: 'Take a role from a user',
    description:
      'Takes the role; one that the user does not hold is 404. The response is 409 when nobody would be left who owns the shop.',
  },
} satisfies Record<string, OperationText>;
