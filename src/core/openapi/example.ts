import type { JsonSchema } from '../json-schema/json-schema.js';
import { notesOf } from '../view/api-notes.js';
import { truncatedName } from '../view/truncated.js';

/** Values a view or input declares for its example, by property. */
export type ExampleValues = Readonly<Record<string, unknown>>;

/**
 * Generates an example that satisfies a schema; declared values take precedence. Undefined if it
 * cannot, such as for a custom pattern: a wrong example is worse than none.
 */
export function exampleOf(schema: JsonSchema, declared: ExampleValues = {}): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat().find((name) => name !== 'null');
  if (type === 'object') return objectExample(schema, declared);
  if (type === 'array') return listExample(schema);
  if (type === 'string') return textExample(schema);
  if (type === 'boolean') return true;
  return type === undefined ? undefined : numberExample(schema);
}

function objectExample(
  { properties = {}, required = [] }: JsonSchema,
  declared: ExampleValues,
): object | undefined {
  // The lists of an example are never truncated.
  const shown = Object.entries(properties).filter(
    ([name]) => name !== truncatedName || required.includes(name),
  );
  const values = shown.map(
    ([name, property]) =>
      [name, Object.hasOwn(declared, name) ? declared[name] : ofProperty(property)] as const,
  );
  const known = values.filter(([, value]) => value !== undefined);
  const example = Object.fromEntries(known);
  return required.every((name) => Object.hasOwn(example, name)) ? example : undefined;
}

function ofProperty(property: JsonSchema): unknown {
  const { example } = notesOf(property);
  return example === undefined ? exampleOf(property) : example;
}

function listExample(schema: JsonSchema): unknown[] | undefined {
  const { items, minItems = 0, maxItems = 1, uniqueItems = false } = schema;
  if (uniqueItems && minItems > 1) return undefined;
  const item = items && maxItems > 0 ? exampleOf(items) : undefined;
  if (item === undefined) return minItems > 0 ? undefined : [];
  return Array<unknown>(Math.max(1, minItems)).fill(item);
}

function numberExample({ minimum, maximum, exclusiveMinimum }: JsonSchema): number {
  const min = Math.max(minimum ?? -Infinity, (exclusiveMinimum ?? -Infinity) + 1);
  return Math.min(Math.max(3, min), maximum ?? Infinity);
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
  'date-time': '2026-01-15T09:30:00.000Z',
  date: '2026-01-15',
  email: 'ada@example.org',
  uri: 'https://example.org/',
  decimal: '4.20',
};

/** Texts of which one satisfies each of the usual patterns: decimals, integers, slugs, codes. */
const candidates = ['4.20', '42', 'text', 'Text', 'TEXT', 'ABC', 'AB', 'A', '1'];

function textExample({
  format,
  pattern,
  minLength = 0,
  maxLength,
}: JsonSchema): string | undefined {
  const known = format === undefined ? undefined : byFormat[format];
  if (known !== undefined) return known;
  const fits = (text: string) => text.length >= minLength && text.length <= (maxLength ?? Infinity);
  if (pattern === undefined) return 'text'.padEnd(minLength, '.').slice(0, maxLength);
  const rule = new RegExp(pattern);
  return candidates.find((text) => fits(text) && rule.test(text));
}
