import type { Command } from './command.js';

/** `dual-id legacy-ids`: tells who still sends old numeric ids. */
export const legacyIdsCommand: Command = {
  name: 'legacy-ids',
  usage: 'legacy-ids',
  summary: 'tells who still sends old numeric ids, to which route, how often and when',
  options: {
    json: { type: 'boolean', summary: 'one JSON object per line, for programs' },
  },
  run: async (line) => (await import('./legacy-ids.js')).legacyIds(line),
};
