import { problem } from '../errors/problem.js';
import { conformityTo } from './conformity.js';
import type { JsonSchema } from './json-schema.js';
import { valueCheckOf } from './value-check.js';

/** What `@ApiProperty` may say of a property; its type and rules are known better. */
export interface ApiNotes {
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly example?: unknown;
}

/** Where @nestjs/swagger keeps what `@ApiProperty` was given. */
const metadataKey = 'swagger/apiModelProperties';

const known = new WeakMap<JsonSchema, ApiNotes>();

/**
 * The schema of a property with what `@ApiProperty` says of it, for the API description: a nested
 * schema is described once, whatever the properties are that have it.
 */
export function withNotes(
  schema: JsonSchema,
  { prototype, name }: Pick<Function, 'prototype' | 'name'>,
  property: string,
): JsonSchema {
  const declared = Reflect.getMetadata(metadataKey, prototype as object, property) as
    (ApiNotes & { readonly examples?: unknown }) | undefined;
  if (!declared) return schema;
  const { description, deprecated, example = firstOf(declared.examples) } = declared;
  const notes = {
    ...(description ? { description } : {}),
    ...(deprecated ? { deprecated } : {}),
    ...(example === undefined ? {} : { example }),
  };
  if (Object.keys(notes).length === 0) return schema;
  if (example !== undefined) requireFitting(example, schema, `${name}.${property}`);
  const noted = { ...schema };
  known.set(noted, notes);
  return noted;
}

/** What was noted on the schema of a property. */
export function notesOf(schema: JsonSchema): ApiNotes {
  return known.get(schema) ?? {};
}

/** Refuses an example that nobody could send or get, as a number for a public id. */
export function requireFitting(example: unknown, schema: JsonSchema, place: string): void {
  if (fits(example, schema)) return;
  throw problem('setup_refused', {
    detail: `The example of ${place} is not what its schema declares, so that the API description would be wrong.`,
  });
}

function fits(example: unknown, schema: JsonSchema): boolean {
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
function firstOf(examples: unknown): unknown {
  if (Array.isArray(examples)) return examples[0];
  if (typeof examples !== 'object' || examples === null) return undefined;
  const [first] = Object.values(examples) as unknown[];
  const isNamed = typeof first === 'object' && first !== null && 'value' in first;
  return isNamed ? first.value : first;
}
