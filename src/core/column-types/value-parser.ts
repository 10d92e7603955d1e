import type { JsonSchema } from '../json-schema/json-schema.js';

/** Writes the condition that compares a column with the value of a parameter. */
export type FilterCondition = (
  column: string,
  operator: string,
  /** Binds the value, converted by `make` if given, and returns its placeholder. */
  bind: (make?: (text: string) => string) => string,
) => string;

/** How a query parameter is read: returns the value for SQL, or undefined if it is invalid. */
export interface ValueParser {
  readonly schema: JsonSchema;
  readonly parse: (text: string) => string | undefined;
  readonly isPublicId: boolean;
  /** How the value is compared; directly by default. */
  readonly condition?: FilterCondition;
}

/** A parser that takes texts unchanged. */
export function matching(schema: JsonSchema, accepts: (text: string) => boolean): ValueParser {
  return { schema, parse: (text) => (accepts(text) ? text : undefined), isPublicId: false };
}
