import type { JsonSchema } from '../view/json-schema.js';

/** What one rule of class-validator says about a property, in JSON Schema. */
export function ruleSchema(name: string | undefined, constraints: readonly unknown[]): JsonSchema {
  const make = name === undefined ? undefined : rules[name];
  return make ? make(...(constraints as never[])) : {};
}

const rules: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isBoolean: () => ({ type: 'boolean' }),
  isPublicId: () => ({ type: 'string', format: 'uuid' }),
  isExternalId: () => ({ 'x-external': true }),
  isEmail: () => ({ type: 'string', format: 'email' }),
  isDate: () => ({ type: 'string', format: 'date-time' }),
  isDateString: () => ({ type: 'string', format: 'date-time' }),
  isIso8601: () => ({ type: 'string', format: 'date-time' }),
  isUrl: () => ({ type: 'string', format: 'uri' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isDecimal: () => ({ type: 'string', pattern: String.raw`^-?\d+(\.\d+)?$` }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isPositive: () => ({ exclusiveMinimum: 0 }),
  minLength: (minLength: number) => ({ minLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  isLength: (minLength: number, maxLength?: number) => ({
    minLength,
    ...(maxLength === undefined ? {} : { maxLength }),
  }),
  isNotEmpty: () => ({ minLength: 1 }),
  // JSON Schema has no flags; a pattern without regard to case would say too much.
  matches: ({ source, ignoreCase }: RegExp) => (ignoreCase ? {} : { pattern: source }),
  isIn: (values: readonly unknown[]) => ({ enum: Object.values(values) }),
  isEnum: (values: Record<string, unknown>) => ({ enum: Object.values(values) }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: (identifier: unknown) => (identifier ? {} : { uniqueItems: true }),
};
