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
  isEmail: () => ({ type: 'string', format: 'email' }),
  isDateString: () => ({ type: 'string', format: 'date-time' }),
  isISO8601: () => ({ type: 'string', format: 'date-time' }),
  isUrl: () => ({ type: 'string', format: 'uri' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isDecimal: () => ({ type: 'string', pattern: String.raw`^-?\d+(\.\d+)?$` }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isPositive: () => ({ minimum: 1 }),
  minLength: (minLength: number) => ({ minLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  isLength: (minLength: number, maxLength: number) => ({ minLength, maxLength }),
  isNotEmpty: () => ({ minLength: 1 }),
  matches: (pattern: RegExp) => ({ pattern: pattern.source }),
  isIn: (values: readonly unknown[]) => ({ enum: values }),
  isEnum: (values: Record<string, unknown>) => ({ enum: Object.values(values) }),
  isArray: () => ({ type: 'array' }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
};
