import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { TypeCodec } from '../../../core/column-types/column-type.js';
import { columnTypeOf } from '../../../core/column-types/column-types.js';
import { isNested } from '../../../core/column-types/exact-values.js';
import { unshowable } from '../../../core/column-types/unshowable.js';
import { conformityTo } from '../../../core/json-schema/conformity.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { nullable } from '../../../core/json-schema/json-schema.js';
import { parseJson } from '../../../core/values/json.js';
import { codecOf } from '../../../core/view/column-codec.js';

/** Reads a value of an image, given as JSON text; null for what is no value of the column. */
export type ReadImageValue = (json: string) => unknown;

/**
 * How the images of a column are read: as a view reads the column within JSON. An image may be
 * older than the column's type, so a value that does not fit becomes null.
 */
export function imageReaderOf(
  column: ColumnMetadata,
  declared: JsonSchema | undefined,
): ReadImageValue {
  const { read, schema } = codecOf(column, 'json', declared)!;
  const isJson = columnTypeOf(column)!.isJson === true;
  const one = isJson ? parseJson : scalarOf(column, declared);
  const value = column.isArray && !isJson ? listOf(one) : one;
  const conforms = conformityTo(nullable(schema), !isJson);
  return (json) => {
    if (json === 'null') return null;
    try {
      const found = value(json);
      const shown = read && found !== unshowable ? read(found) : found;
      return conforms(shown) ? shown : null;
    } catch {
      // An application's transformer may not expect what the column once held.
      return null;
    }
  };
}

/** Reads a JSON text as the codec of the type expects it: as text, a number or a truth value. */
function scalarOf(column: ColumnMetadata, declared: JsonSchema | undefined): ReadImageValue {
  const { codec: choice, filter } = columnTypeOf(column)!;
  const codec = (typeof choice === 'function' ? choice(column, declared) : choice) as TypeCodec;
  const isText = codec.text?.includes('json') === true;
  const [type] = [codec.schema.type].flat();
  const isKept = filter && !codec.parse && saysMoreThanText(codec.schema);
  return (json) => {
    const text = json.startsWith('"') ? (JSON.parse(json) as string) : json;
    if (isKept && filter.parse(text) === undefined) return unshowable;
    if (!isText && (type === 'integer' || type === 'number')) return Number(text);
    return !isText && type === 'boolean' ? text === 'true' : text;
  };
}

/** An image spells an interval in one way, which is not that of a filter. */
function saysMoreThanText({ type, format, pattern }: JsonSchema): boolean {
  return type !== 'string' || format !== undefined || pattern !== undefined;
}

const listElement = /"(?:[^"\\]|\\.)*"|[^,\s]+/g;

/** The elements stay JSON text, because a number that is parsed may lose digits. */
function listOf(one: ReadImageValue): ReadImageValue {
  return (json) => {
    const list = JSON.parse(json) as unknown;
    if (!Array.isArray(list) || isNested(list)) return unshowable;
    const values = (json.slice(1, -1).match(listElement) ?? []).map((item) =>
      item === 'null' ? null : one(item),
    );
    return values.includes(unshowable) ? unshowable : values;
  };
}
