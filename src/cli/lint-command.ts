import type { Command } from './command.js';

/** `dual-id lint`: says what in migrations is unsafe on a live database. */
export const lintCommand: Command = {
  name: 'lint',
  usage: 'lint migrations [<path>...]',
  summary: 'finds what is unsafe in migrations, without a database; 1 means that it found some',
  options: {
    since: {
      type: 'string',
      value: 'timestamp',
      summary: 'only migrations with a later timestamp, such as 1760000000000',
    },
    postgres: {
      type: 'string',
      value: 'version',
      summary: 'the major version of the server, 15 by default',
    },
    disable: {
      type: 'string',
      value: 'rules',
      isList: true,
      summary: 'rules not to apply, with commas between them; may be repeated',
    },
    down: { type: 'boolean', summary: 'checks `down` as well' },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  failureCode: 2,
  run: async (line) => (await import('./lint.js')).lint(line),
};
