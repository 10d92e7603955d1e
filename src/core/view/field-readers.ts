import type { Row } from '../database/row.js';
import { conformityTo } from './conformity.js';
import type { JsonSchema } from './json-schema.js';
import type { FieldPlace, Refuse } from './unshowable.js';
import { unshowable } from './unshowable.js';

/** Makes what is shown of what the driver gave. */
export type Read = (value: unknown) => unknown;

/** Reads a field from a row, and says where a value is that cannot be shown. */
export function fieldReader(
  at: number,
  read: Read | undefined,
  place: FieldPlace,
): (row: Row, refuse: Refuse) => unknown {
  if (!read) return (row) => row[at];
  return (row, refuse) => {
    const value = read(row[at]);
    return value === unshowable ? refuse(place) : value;
  };
}

/** Reads a value, and shows it in another form. */
export function inForm(read: Read | undefined, form: Read | undefined): Read | undefined {
  return read && form ? (value) => form(read(value)) : (form ?? read);
}

/** Nothing but the application vouches for a declared schema, so that each value is checked. */
export function checked(read: Read | undefined, schema: JsonSchema, mayConvert: boolean): Read {
  const conforms = conformityTo(schema, mayConvert);
  return (value) => {
    const result = read ? read(value) : value;
    return conforms(result) ? result : unshowable;
  };
}

/** Whether a schema has null. */
export function nullability({ type }: JsonSchema): { readonly isNullable: boolean } {
  return { isNullable: [type].flat().includes('null') };
}
