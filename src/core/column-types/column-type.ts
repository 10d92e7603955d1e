import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { KeepValue } from './keep.js';
import type { ValueParser } from './value-parser.js';

/** Where a value is read: as a column of a row, or as an element of a JSON list. */
export type ReadContext = 'row' | 'json';

/** How values of a column type are read and described. */
export interface TypeCodec {
  readonly schema: JsonSchema;
  /** Where a value travels as text, because the driver or JSON would change it. */
  readonly text?: readonly ReadContext[];
  /** The same for an array of such values; by default as for a single value. */
  readonly listText?: readonly ReadContext[];
  /** Converts a value within JSON to what is shown; such a value may itself be a list. */
  readonly inJson?: (value: unknown) => unknown;
  /** Converts the text to the value. */
  readonly parse?: (text: string) => unknown;
  /** Makes what a view shows of a value where JSON does not hold all of them. */
  readonly show?: (value: unknown) => unknown;
}

/** Chooses the codec of a column, where that depends on it or on what its view declares. */
export type CodecChoice = (
  column: ColumnMetadata,
  declared: JsonSchema | undefined,
) => TypeCodec | undefined;

/** Everything that the library knows of one type of columns. */
export interface ColumnType {
  /** How views read and describe values; the choice is none where a schema has to be declared. */
  readonly codec: TypeCodec | CodecChoice;
  /** How a filter reads values; without one, query parameters cannot carry them. */
  readonly filter?: ValueParser;
  /** What is bound of a value that is written; without one, PostgreSQL refuses what it cannot keep. */
  readonly keeper?: (column: ColumnMetadata) => KeepValue | undefined;
  /** PostgreSQL orders values as people expect. */
  readonly isSortable?: true;
  /** Values are text that can be searched. */
  readonly isSearchable?: true;
  /** Values keep their meaning as text that is cast to the type: nothing is cut off or added. */
  readonly isCastable?: true;
  /** JSON spells values in one way, whatever `DateStyle` is, and costs no more than their text. */
  readonly isSpelledByJson?: true;
  /** Columns with the name of a key hold an internal id, and so do keys. */
  readonly isNumeric?: true;
  /** Values are JSON: their shape is what a view declares, and no database checks it. */
  readonly isJson?: true;
  /** Computed text of this format is cast to the type. */
  readonly computedFormat?: string;
}
