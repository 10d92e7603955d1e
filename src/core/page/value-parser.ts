import type { JsonSchema } from '../view/json-schema.js';

/** Writes the condition that a column compares with the value of a parameter. */
export type Condition = (
  column: string,
  operator: string,
  /** Binds what is made of the value, or the value itself, and returns its placeholder. */
  bind: (make?: (text: string) => string) => string,
) => string;

/** How a query parameter is read: the value for SQL, or undefined when it is not one. */
export interface ValueParser {
  readonly schema: JsonSchema;
  readonly parse: (text: string) => string | undefined;
  readonly isPublicId: boolean;
  /** How the value is compared; as it is by default. */
  readonly condition?: Condition;
}

/** A parser that takes texts as they are. */
export function matching(schema: JsonSchema, accepts: (text: string) => boolean): ValueParser {
  return { schema, parse: (text) => (accepts(text) ? text : undefined), isPublicId: false };
}
