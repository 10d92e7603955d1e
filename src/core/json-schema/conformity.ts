import type { JsonSchema } from './json-schema.js';

type Test = (value: unknown) => boolean;

/**
 * Whether a value matches a closed schema, as far as the serializer would otherwise throw, or write
 * another value. Undeclared properties are no fault: they are left out. Where conversion is
 * allowed, the text of a number or of an object with its own class also matches.
 */
export function conformityTo(schema: JsonSchema, mayConvert: boolean): Test {
  const names = [schema.type].flat();
  // With several types the serializer chooses by value, and converts nothing.
  const converts = mayConvert && names.length === 1;
  const tests = names.map((name) => testOf(name, schema, { converts, mayConvert }));
  const allowed = schema.const === undefined ? schema.enum : [schema.const];
  return (value) =>
    tests.some((test) => test(value)) && (allowed === undefined || allowed.includes(value));
}

interface Conversion {
  readonly converts: boolean;
  readonly mayConvert: boolean;
}

function testOf(
  name: string | undefined,
  schema: JsonSchema,
  { converts, mayConvert }: Conversion,
): Test {
  switch (name) {
    case 'null':
      return (value) => value === null;
    case 'string':
      return (value) => isTextValue(value, converts && schema.format === undefined);
    case 'integer':
      return (value) => isNumberValue(value, converts) && Number.isInteger(Number(value));
    case 'number':
      return (value) => isNumberValue(value, converts);
    case 'boolean':
      return (value) => typeof value === 'boolean' || (converts && typeof value === 'number');
    case 'array':
      return listTest(schema, mayConvert);
    default:
      return objectTest(schema, mayConvert);
  }
}

function isTextValue(value: unknown, mayBeMade: boolean): boolean {
  if (typeof value === 'string') return true;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if (typeof value !== 'object') return mayBeMade && value !== undefined;
  // For example a decimal class with its own text.
  return value !== null && value.toString !== Object.prototype.toString && !Array.isArray(value);
}

function isNumberValue(value: unknown, mayBeMade: boolean): boolean {
  // A JSON reader would round it.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value));
  const isLike = typeof value === 'number' || (mayBeMade && value !== null && value !== '');
  return isLike && Number.isFinite(Number(value));
}

function listTest({ items }: JsonSchema, mayConvert: boolean): Test {
  const isItem = items ? conformityTo(items, mayConvert) : () => true;
  return (value) => Array.isArray(value) && value.every((item) => isItem(item));
}

function objectTest({ properties = {}, required = [] }: JsonSchema, mayConvert: boolean): Test {
  const tests = Object.entries(properties).map(
    ([name, schema]) => [name, conformityTo(schema, mayConvert), required.includes(name)] as const,
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = asJson(value) as Readonly<Record<string, unknown>>;
    return tests.every(([name, test, isRequired]) => {
      const property = given[name];
      return property === undefined ? !isRequired : test(property);
    });
  };
}

function asJson(value: object): object {
  const { toJSON } = value as { toJSON?: () => object };
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}
