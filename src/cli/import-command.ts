import type { Command } from './command.js';

/** `dual-id import <folder>`: imports the files of a folder by the application's plan. */
export const importCommand: Command = {
  name: 'import',
  usage: 'import <folder>',
  summary: 'imports the files of a folder; stopped and run again, it goes on from there',
  options: {
    rejects: {
      type: 'string',
      value: 'folder',
      summary: 'where a file with rejected rows is written; by default here',
    },
    file: {
      type: 'string',
      value: 'name',
      summary: 'with `-` for the folder: the file of the plan that comes through stdin',
    },
    'lock-wait': {
      type: 'string',
      value: 'seconds',
      summary: 'how long it tries again at a table while other writers are in its way; 60',
    },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  ownOptions: async (args) => (await import('./import.js')).choicesIn(args),
  run: async (line) => (await import('./import.js')).importRows(line),
};
