import type { Command } from './command.js';
import { exportFormats, formulaHandlings } from '../features/export/row-format.js';

/** `dual-id export <view>`: writes every row of a view, with public ids only. */
export const exportCommand: Command = {
  name: 'export',
  usage: 'export <view>',
  summary: 'writes all rows of a view as CSV or NDJSON, with public ids only',
  options: {
    format: {
      type: 'string',
      value: 'csv|ndjson',
      values: exportFormats,
      summary: 'csv by default; ndjson is one JSON object per line',
    },
    out: {
      type: 'string',
      value: 'file',
      summary: 'where it is written; - is the standard output, the default',
    },
    overwrite: {
      type: 'boolean',
      summary: 'with --out: replaces an existing file',
    },
    formulas: {
      type: 'string',
      value: 'keep|escape',
      values: formulaHandlings,
      summary: 'escape puts an apostrophe before CSV text that a spreadsheet would run',
    },
    filter: {
      type: 'string',
      value: 'name=value',
      isList: true,
      summary: 'a filter of the view; may be given several times',
    },
  },
  run: async (line) => (await import('./export.js')).exportRows(line),
};
