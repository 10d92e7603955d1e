import type { JsonSchema } from '../view/json-schema.js';

/** Values a view or input declares for its example, by property. */
export type ExampleValues = Readonly<Record<string, unknown>>;

/** Makes up an example that satisfies a schema; declared values come first. */
export function exampleOf(schema: JsonSchema, declared: ExampleValues = {}): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat().find((name) => name !== 'null');
  if (type === 'object') return objectExample(schema, declared);
  if (type === 'array') return schema.items ? [exampleOf(schema.items)] : [];
  if (type === 'string') return textExample(schema);
  if (type === 'boolean') return true;
  return Math.max(schema.minimum ?? 3, 3);
}

function objectExample({ properties = {} }: JsonSchema, declared: ExampleValues): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      name in declared ? declared[name] : exampleOf(property),
    ]),
  );
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
  'date-time': '2026-01-15T09:30:00.000Z',
  date: '2026-01-15',
  email: 'ada@example.org',
};

function textExample({ format, pattern, minLength }: JsonSchema): string {
  const known = format === undefined ? undefined : byFormat[format];
  if (known !== undefined) return known;
  if (pattern?.includes('\\d')) return pattern.includes('\\.') ? '4.20' : '42';
  return 'text'.padEnd(minLength ?? 0, '.');
}
