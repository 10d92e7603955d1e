import type { Command } from './command.js';

/** `dual-id feed`: writes the changes of the log, with public ids only. */
export const feedCommand: Command = {
  name: 'feed',
  usage: 'feed',
  summary: 'writes the changes of the log as NDJSON, with public ids only',
  options: {
    after: {
      type: 'string',
      value: 'offset',
      summary: 'begins after this offset; without it, with the changes from now on',
    },
    follow: { type: 'boolean', summary: 'waits for further changes, until it is interrupted' },
    table: {
      type: 'string',
      value: 'name',
      isList: true,
      summary: 'only this table; may be given several times',
    },
  },
  run: async (line) => (await import('./feed.js')).feed(line),
};
