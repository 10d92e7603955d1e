import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { typedWhole, wholeNumberProblems } from './number-checks.js';
import { wholeReader } from './number-readers.js';

/** A whole number. */
export const integer: FieldKind<Extract<FieldType, { type: 'integer' }>> = {
  takes: ({ category }) => category === 'N',
  problems: (field) => wholeNumberProblems(field, field.source),
  reader: ({ target, source }) => wholeReader(target, source),
  typedSql: typedWhole,
};
