import { problem } from '../errors/problem.js';
import { conformityTo } from '../json-schema/conformity.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { valueCheckOf } from '../json-schema/value-check.js';

/** Notes on a property, as from `@ApiProperty`; its type and rules are derived from elsewhere. */
export interface ApiNotes {
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly example?: unknown;
}

/** Where @nestjs/swagger keeps the arguments of `@ApiProperty`. */
const metadataKey = 'swagger/apiModelProperties';

const notesBySchema = new WeakMap<JsonSchema, ApiNotes>();

/**
 * The schema of a property with its `@ApiProperty` notes, for the API description: a nested schema
 * is described once, whichever properties use it.
 */
export function withNotes(
  schema: JsonSchema,
  { prototype, name }: Pick<Function, 'prototype' | 'name'>,
  property: string,
): JsonSchema {
  const declared = Reflect.getMetadata(metadataKey, prototype as object, property) as
    (ApiNotes & { readonly examples?: unknown }) | undefined;
  if (!declared) return schema;
  const { description, deprecated, example = firstExample(declared.examples) } = declared;
  const notes = {
    ...(description ? { description } : {}),
    ...(deprecated ? { deprecated } : {}),
    ...(example === undefined ? {} : { example }),
  };
  if (example !== undefined) requireFitting(example, schema, `${name}.${property}`);
  return annotated(schema, notes);
}

/** The schema of a property with these notes instead of its own. */
export function annotated(schema: JsonSchema, notes: ApiNotes): JsonSchema {
  if (Object.keys(notes).length === 0) return schema;
  const copy = { ...schema };
  notesBySchema.set(copy, notes);
  return copy;
}

/** The notes recorded on the schema of a property. */
export function notesOf(schema: JsonSchema): ApiNotes {
  return notesBySchema.get(schema) ?? {};
}

/** Refuses an example that cannot occur, such as a number for a public id. */
export function requireFitting(example: unknown, schema: JsonSchema, place: string): void {
  if (fits(example, schema)) return;
  throw problem('setup_refused', {
    detail: `The example of ${place} does not match its schema, so the API description would be wrong.`,
  });
}

/** Whether an example satisfies a schema, judged as strictly as a response would be. */
export function fits(example: unknown, schema: JsonSchema): boolean {
  if (schema.$ref !== undefined) return true;
  if (schema.anyOf) return schema.anyOf.some((option) => fits(example, option));
  try {
    valueCheckOf(schema)?.(example);
    return schema.type === undefined || conformityTo(schema, false)(example);
  } catch {
    return false;
  }
}

/** `examples` is a list, or named objects with a `value` each. */
function firstExample(examples: unknown): unknown {
  if (Array.isArray(examples)) return examples[0];
  if (typeof examples !== 'object' || examples === null) return undefined;
  const [first] = Object.values(examples) as unknown[];
  const isNamed = typeof first === 'object' && first !== null && 'value' in first;
  return isNamed ? first.value : first;
}
