import { unshowable } from '../column-types/unshowable.js';
import type { Row } from '../database/row.js';
import { conformityTo } from '../json-schema/conformity.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { FieldPlace, RefuseShown } from './unshowable-values.js';

/** Converts the driver's value to what is shown. */
export type Read = (value: unknown) => unknown;

/** Reads a field from a row, and reports the place of a value that cannot be shown. */
export function fieldReader(
  at: number,
  read: Read | undefined,
  place: FieldPlace,
): (row: Row, refuse: RefuseShown) => unknown {
  if (!read) return (row) => row[at];
  return (row, refuse) => {
    const value = read(row[at]);
    return value === unshowable ? refuse(place) : value;
  };
}

/** Reads a value, and converts it to another form. */
export function inForm(read: Read | undefined, form: Read | undefined): Read | undefined {
  return read && form ? (value) => form(read(value)) : (form ?? read);
}

/** Only the application vouches for a declared schema, so each value is checked. */
export function checkedReader(
  read: Read | undefined,
  schema: JsonSchema,
  mayConvert: boolean,
): Read {
  const conforms = conformityTo(schema, mayConvert);
  return (value) => {
    const result = read ? read(value) : value;
    return conforms(result) ? result : unshowable;
  };
}

/** Whether a schema allows null. */
export function nullability({ type }: JsonSchema): { readonly isNullable: boolean } {
  return { isNullable: [type].flat().includes('null') };
}
