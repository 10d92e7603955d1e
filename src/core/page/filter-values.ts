import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { columnTypeOf } from '../column-types/column-types.js';
import type { ValueParser } from '../column-types/value-parser.js';
import { matching } from '../column-types/value-parser.js';
import { definitionOf } from '../definition/entity-definition.js';
import { parsePublicId } from '../ids/ids.js';
import { isAddress } from '../view/relation-path.js';

/** The maximum length of `q`, in characters. */
export const maxTextLength = 200;

/** The parser of a column's values, or undefined for types without a text format of their own. */
export function parserOf(column: ColumnMetadata): ValueParser | undefined {
  if (column.isArray) return undefined;
  const filter = columnTypeOf(column)?.filter;
  if (filter?.isPublicId) return isAddress(column) ? publicIdParser(column) : filter;
  return column.enum ? enumParser(column.enum.map(String)) : filter;
}

/** Whether a text can be stored and compared: bounded, and without NUL. */
export function isPlainText(text: string): boolean {
  return text.length > 0 && text.length <= maxTextLength && !text.includes('\0');
}

function publicIdParser(column: ColumnMetadata): ValueParser {
  const definition = definitionOf(column.entityMetadata.target as object);
  const versions = definition?.acceptUuidVersions ?? [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    schema: { type: 'string', format: 'uuid' },
    parse: (text) => parsePublicId(text, versions),
    isPublicId: true,
  };
}

function enumParser(values: readonly string[]): ValueParser {
  return matching({ type: 'string', enum: values }, (text) => values.includes(text));
}
