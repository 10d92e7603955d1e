import type { Command } from './command.js';

/** `dual-id keys`: lists, creates, rotates and revokes API keys. */
export const keysCommand: Command = {
  name: 'keys',
  usage: 'keys [list | create <name> | rotate <uuid> | revoke <uuid> | pattern]',
  summary: 'lists, creates, rotates and revokes API keys, or prints a pattern that finds tokens',
  options: {
    scope: {
      type: 'string',
      value: 'name',
      isList: true,
      summary: 'a scope of the new key; may be repeated',
    },
    for: {
      type: 'string',
      value: 'uuid',
      summary: 'for whom the new key acts, or whose are listed',
    },
    expires: {
      type: 'string',
      value: 'time',
      summary: 'when the new key ends, such as 2030-01-31T09:30:00Z; never by default',
    },
    grace: {
      type: 'string',
      value: 'seconds',
      summary: 'for how long a rotated key is still valid; 0 by default',
    },
    json: { type: 'boolean', summary: 'one JSON object per line, for programs' },
  },
  run: async (line) => (await import('./keys.js')).keys(line),
};
