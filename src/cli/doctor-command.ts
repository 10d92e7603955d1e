import type { Command } from './command.js';

/** `dual-id doctor`: tells what is wrong, and how it is cured. */
export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'looks for what breaks a guarantee; exit code 1 means that it found something',
  options: {
    data: {
      type: 'boolean',
      summary: 'looks at every row, in place of tables, views, routes and the API description',
    },
    repair: {
      type: 'boolean',
      summary: 'with --data: puts right what is wrong for certain; deletes no row of an entity',
    },
    'dry-run': { type: 'boolean', summary: 'with --repair: tells what it would do, and does not' },
    include: {
      type: 'string',
      value: 'table',
      isList: true,
      summary:
        'with --repair: also a table that no entity maps, and its keys that were never validated',
    },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  failureCode: 2,
  run: async (line) => (await import('./doctor.js')).doctor(line),
};
