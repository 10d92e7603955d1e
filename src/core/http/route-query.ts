import { maxErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import {
  choiceFault,
  rangeFault,
  repeatedFault,
  textFault,
  unknownParameterFault,
} from '../errors/query-faults.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { isPlainText } from '../page/filter-values.js';
import type { RawQuery } from '../page/read-page-query.js';
import { Reads } from './route-description.js';

/** The query parameters of a route that does not return a page of views, each with its schema. */
export type QueryRules = Readonly<Record<string, JsonSchema>>;

/** The parsed query: whole numbers as numbers, everything else as text. */
export type ReadQuery<Rules extends QueryRules> = {
  readonly [Name in keyof Rules]?: Rules[Name] extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Rules[Name]['type'] extends 'integer'
      ? number
      : string;
};

/** Describes the query parameters of a route in the API description. */
export function TakesQuery(rules: QueryRules): MethodDecorator {
  const parameters = Object.entries(rules).map(
    ([name, { description = '', ...schema }]) =>
      ({ name, in: 'query', description, schema }) as const,
  );
  return Reads(...parameters);
}

/** Checks a query against its rules: each parameter at most once, and no other. */
export function readQuery<Rules extends QueryRules>(
  query: RawQuery,
  rules: Rules,
): ReadQuery<Rules> {
  const errors: FieldError[] = [];
  const asked: Record<string, string | number | undefined> = {};
  for (const [name, value] of Object.entries(query)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const read = rule && typeof value === 'string' ? readValue(value, rule) : undefined;
    if (read === undefined) errors.push({ parameter: name, detail: parameterFault(value, rule) });
    if (errors.length >= maxErrors) break;
    asked[name] = read;
  }
  if (errors.length > 0) throw problem('invalid_query', { errors });
  return asked as ReadQuery<Rules>;
}

function readValue(value: string, rule: JsonSchema): string | number | undefined {
  const { type, minimum = 0, maximum = 0, maxLength, enum: values } = rule;
  if (values) return values.includes(value) ? value : undefined;
  // A text without a limit, such as a cursor, is checked by its reader.
  if (type !== 'integer') return maxLength === undefined || isPlainText(value) ? value : undefined;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  return number >= minimum && number <= maximum ? number : undefined;
}

function parameterFault(value: unknown, rule: JsonSchema | undefined): string {
  if (!rule) return unknownParameterFault;
  if (typeof value !== 'string') return repeatedFault;
  if (rule.enum) return choiceFault(rule.enum);
  if (rule.type !== 'integer') return textFault(rule.maxLength);
  return rangeFault(rule.minimum, rule.maximum);
}
