import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

/** What PostgreSQL reads as a boolean, without its shorter forms such as `tru` and `of`. */
const spellings = '^(1|t|true|y|yes|on|0|f|false|n|no|off)$';
const spelling = new RegExp(spellings, 'i');

/** Yes or no. */
export const boolean: FieldKind<{ type: 'boolean' }> = {
  takes: ({ category }) => category === 'B',
  problems: (field) => [unless(field, `~* '${spellings}'`, 'is neither true nor false')],
  reader: () => ({
    read: (field) => (spelling.test(field) ? field : undefined),
    wholes: { min: 0, max: 1 },
  }),
};
