import type { Command } from './command.js';

/** `dual-id doctor`: reports what is wrong, and how to fix it. */
export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'looks for broken guarantees; exit code 1 means that it found some',
  options: {
    data: {
      type: 'boolean',
      summary: 'checks every row, instead of tables, views, routes and the API description',
    },
    repair: {
      type: 'boolean',
      summary: 'with --data: fixes what is certainly wrong; deletes no row of an entity',
    },
    'dry-run': {
      type: 'boolean',
      summary: 'with --repair: shows what it would do, without doing it',
    },
    include: {
      type: 'string',
      value: 'table',
      isList: true,
      summary: 'with --repair: also a table that no entity maps, and its unvalidated keys',
    },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  failureCode: 2,
  run: async (line) => (await import('./doctor.js')).doctor(line),
};
