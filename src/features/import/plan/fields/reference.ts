import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { typedWhole, wholeNumberProblems } from './number-checks.js';
import { wholeReader } from './number-readers.js';

/** The historical id of a row of another table. */
export const reference: FieldKind<Extract<FieldType, { type: 'reference' }>> = {
  takes: ({ category }) => category === 'N',
  problems: (field) => wholeNumberProblems(field, {}),
  reader: ({ target }) => wholeReader(target, {}),
  typedSql: typedWhole,
};
