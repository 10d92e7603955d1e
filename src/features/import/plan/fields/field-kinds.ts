import { arrayKind } from './array.js';
import { boolean } from './boolean.js';
import { date } from './date.js';
import { enumeration } from './enum.js';
import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { id } from './id.js';
import { integer } from './integer.js';
import { json } from './json.js';
import { numeric } from './numeric.js';
import { publicId } from './public-id.js';
import { publicReference } from './public-reference.js';
import { reference } from './reference.js';
import { text } from './text.js';
import { time, timetz } from './time.js';
import { timestamptz } from './timestamptz.js';
import { uuid } from './uuid.js';

type TypeName = FieldType['type'];
type Kinds = { readonly [T in TypeName]: FieldKind<Extract<FieldType, { type: T }>> };

/** The one place that lists the types of fields. */
const fieldKinds: Kinds = {
  id,
  publicId,
  reference,
  publicReference,
  array: arrayKind((source) => kindOf(source)),
  text,
  integer,
  numeric,
  boolean,
  timestamptz,
  date,
  time,
  timetz,
  uuid,
  json,
  jsonb: json,
  enum: enumeration,
};

/** What the import knows of a type of field. */
export function kindOf({ type }: Pick<FieldType, 'type'>): FieldKind {
  return fieldKinds[type] as FieldKind;
}
