import type { JsonSchema } from '../json-schema/json-schema.js';

/** Translates one class-validator rule of a property to JSON Schema. */
export function ruleSchema(name: string | undefined, constraints: readonly unknown[]): JsonSchema {
  const make = name === undefined ? undefined : schemaByRule[name];
  return make ? make(...(constraints as never[])) : {};
}

const schemaByRule: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
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
  // JSON Schema has no flags; without the i flag, a pattern would be too strict.
  matches: ({ source, ignoreCase }: RegExp) => (ignoreCase ? {} : { pattern: source }),
  isIn: (values: readonly unknown[]) => ({ enum: Object.values(values) }),
  isEnum: (values: Record<string, unknown>) => ({ enum: Object.values(values) }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: (identifier: unknown) => (identifier ? {} : { uniqueItems: true }),
};
