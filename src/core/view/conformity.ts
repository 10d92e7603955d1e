import type { JsonSchema } from './json-schema.js';

type Test = (value: unknown) => boolean;

/**
 * Whether a value is what a closed schema describes, as far as the serializer would otherwise
 * throw, or write another value. Undeclared properties are no fault: they are left out. Where a
 * value may be converted, the text of a number or of an object of its own kind is one as well.
 */
export function conformityTo(schema: JsonSchema, mayConvert: boolean): Test {
  const names = [schema.type].flat();
  // With several types the serializer chooses by the value, and converts nothing.
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
      return (value) => isText(value, converts && schema.format === undefined);
    case 'integer':
      return (value) => isNumber(value, converts) && Number.isInteger(Number(value));
    case 'number':
      return (value) => isNumber(value, converts);
    case 'boolean':
      return (value) => typeof value === 'boolean' || (converts && typeof value === 'number');
    case 'array':
      return listTest(schema, mayConvert);
    default:
      return objectTest(schema, mayConvert);
  }
}

function isText(value: unknown, mayBeMade: boolean): boolean {
  if (typeof value === 'string') return true;
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if (typeof value !== 'object') return mayBeMade && value !== undefined;
  // A decimal, say, whose text is its own.
  return value !== null && value.toString !== Object.prototype.toString && !Array.isArray(value);
}

function isNumber(value: unknown, mayBeMade: boolean): boolean {
  // A reader of JSON would round it.
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
    const given = shown(value) as Readonly<Record<string, unknown>>;
    return tests.every(([name, test, isRequired]) => {
      const property = given[name];
      return property === undefined ? !isRequired : test(property);
    });
  };
}

function shown(value: object): object {
  const { toJSON } = value as { toJSON?: () => object };
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}
