import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { decimalProblems, holdsWholes, typedWhole, wholeNumberProblems } from './number-checks.js';
import { decimalReader, wholeReader } from './number-readers.js';

/** A number; one that fills a column of whole numbers is whole. */
export const numeric: FieldKind<Extract<FieldType, { type: 'numeric' }>> = {
  takes: ({ category }) => category === 'N',
  problems: (field) =>
    holdsWholes(field.target)
      ? wholeNumberProblems(field, field.source)
      : decimalProblems(field, field.source),
  reader: ({ target, source }) =>
    holdsWholes(target) ? wholeReader(target, source) : decimalReader(target, source),
  typedSql: (field) =>
    holdsWholes(field.target) ? typedWhole(field) : `${field.staged}::${field.target.type}`,
};
