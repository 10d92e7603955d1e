import { quoteText } from '../../../../core/sql/quoting.js';
import { asBytes, escapedForCopy } from '../copy-text.js';
import type { PlannedField, FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { unless } from './problem-cases.js';

type EnumType = Extract<FieldType, { type: 'enum' }>;

function allowedValues({ source, target }: PlannedField<EnumType>): readonly string[] {
  return source.values ?? target.labels ?? [];
}

/** One of some values. */
export const enumeration: FieldKind<EnumType> = {
  takes: ({ category }) => category === 'E' || category === 'S',
  problems(field) {
    const values = allowedValues(field);
    const list = values.map(quoteText).join(', ');
    return [unless(field, `IN (${list || 'NULL'})`, `is none of ${values.join(', ')}`)];
  },
  reader(field) {
    const known = new Set(allowedValues(field).map(asBytes));
    return { read: (text) => (known.has(text) ? escapedForCopy(text) : undefined) };
  },
};
