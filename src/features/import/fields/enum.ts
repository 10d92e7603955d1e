import { quoteText } from '../../../core/schema/names.js';
import { asBytes, escaped } from '../copy-rows.js';
import type { Field, FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { unless } from './problem-cases.js';

type EnumType = Extract<FieldType, { type: 'enum' }>;

function valuesOf({ source, target }: Field<EnumType>): readonly string[] {
  return source.values ?? target.labels ?? [];
}

/** One of some values. */
export const enumeration: FieldKind<EnumType> = {
  takes: ({ category }) => category === 'E' || category === 'S',
  problems(field) {
    const values = valuesOf(field);
    const list = values.map(quoteText).join(', ');
    return [unless(field, `IN (${list || 'NULL'})`, `is none of ${values.join(', ')}`)];
  },
  plain(field) {
    const known = new Set(valuesOf(field).map(asBytes));
    return { read: (text) => (known.has(text) ? escaped(text) : undefined) };
  },
};
