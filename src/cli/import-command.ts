import type { Command } from './command.js';

/** `dual-id import <folder>`: imports the files of a folder according to the application's plan. */
export const importCommand: Command = {
  name: 'import',
  usage: 'import <folder>',
  summary: 'imports the files of a folder; if stopped and run again, it continues from there',
  options: {
    rejects: {
      type: 'string',
      value: 'folder',
      summary: 'the folder for a file with rejected rows; by default the current one',
    },
    file: {
      type: 'string',
      value: 'name',
      summary: 'with `-` as the folder: the file of the plan that is read from stdin',
    },
    'lock-wait': {
      type: 'string',
      value: 'seconds',
      summary: 'how long it retries a table while other writers block it; by default 60',
    },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  ownOptions: async (args) => (await import('./import.js')).choicesIn(args),
  run: async (line) => (await import('./import.js')).importRows(line),
};
