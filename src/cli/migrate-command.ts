import type { Command } from './command.js';

/** `dual-id migrate`: runs, reverts or lists the migrations of the application. */
export const migrateCommand: Command = {
  name: 'migrate',
  usage: 'migrate',
  summary: 'runs the pending migrations; two processes never do so at once',
  options: {
    revert: { type: 'boolean', summary: 'reverts the last migration' },
    'lock-timeout': {
      type: 'string',
      value: 'ms',
      summary: 'how long a statement waits for a lock, 500 by default; others queue behind it',
    },
    'retry-for': {
      type: 'string',
      value: 'ms',
      summary: 'how long a migration blocked by locks is retried, 60000 by default',
    },
    status: { type: 'boolean', summary: 'lists the migrations and changes nothing' },
  },
  run: async (line) => (await import('./migrate.js')).migrate(line),
};
