import type { OperationText } from 'nest-dual-id';

/** What the API description says of the routes of health. */
export const healthDocs = {
  live: {
    summary: 'Check whether the shop is alive',
    description: 'Returns 200 while the process runs, whatever the database does.',
  },
  ready: {
    summary: 'Check whether the shop can serve',
    description:
      'Returns 200 while the shop can read and write its database, and 503 otherwise and while the shop stops.',
  },
} satisfies Record<string, OperationText>;
