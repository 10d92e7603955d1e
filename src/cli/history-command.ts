import type { Command } from './command.js';

/** `dual-id history <uuid>`: what happened to an entity, with public ids only. */
export const historyCommand: Command = {
  name: 'history',
  usage: 'history <uuid>',
  summary: 'prints the changes of an entity, the newest first, with public ids only',
  options: {
    at: {
      type: 'string',
      value: 'time',
      summary: 'prints what it was at a time instead, such as 2026-01-31T09:30:00Z',
    },
    limit: { type: 'string', value: 'number', summary: 'at most so many changes; by default all' },
    json: { type: 'boolean', summary: 'one JSON object per line, for programs' },
  },
  run: async (line) => (await import('./history.js')).history(line),
};
