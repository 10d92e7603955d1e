import type { JsonSchema } from '../../../core/view/json-schema.js';
import { exampleOf } from '../../../core/openapi/example.js';
import type { Operation, Parameter } from './api-description.js';
import { isUuid, parametersIn } from './api-description.js';
import type { Harvest } from './harvest.js';

type QueryValue = string | number | boolean;

/** Values of query parameters by operation, such as `{ 'GET /reports': { year: 2026 } }`. */
export type Queries = Readonly<
  Record<string, Readonly<Record<string, QueryValue | readonly QueryValue[]>>>
>;

const mostValues = 3;

/** Makes the query that every request to an operation has: what is handed in and what is required. */
export class QueryMaker {
  constructor(
    private readonly harvest: Harvest,
    private readonly queries: Queries,
  ) {}

  /** The query of an attempt at a path, escaped: each takes other values where some are known. */
  make(operation: Operation, path: string, variant: number): string {
    const handed = this.queries[operation.key] ?? {};
    const made = this.#required(operation, path).flatMap(([name, values]) =>
      values.length === 0 ? [] : [[name, values[variant % values.length]!] as const],
    );
    return [...Object.entries(handed), ...made]
      .flatMap(([name, value]) => [value].flat().map((each) => pair(name, each as QueryValue)))
      .join('&');
  }

  /** How many attempts at a path differ from one another. */
  variants(operation: Operation, path: string): number {
    return Math.max(1, ...this.#required(operation, path).map(([, values]) => values.length));
  }

  #required(operation: Operation, path: string): [string, readonly string[]][] {
    const handed = this.queries[operation.key] ?? {};
    return parametersIn(operation, 'query')
      .filter(({ name, required }) => required && !(name in handed))
      .map((parameter) => [parameter.name, valuesOf(parameter, path, this.harvest)]);
  }
}

/**
 * Values that a query parameter should take. Two pages may mean different things by one name: what
 * a path shows itself comes first.
 */
export function valuesOf({ name, schema }: Parameter, path: string, harvest: Harvest): string[] {
  if (schema.enum) return schema.enum.map(String);
  const known = [
    ...harvest.addressesOf(name.replace(/_?Uuid$/, '')),
    ...harvest.valuesNear(path, name),
    ...harvest.valuesOf(name),
  ];
  if (known.length > 0) return [...new Set(known)].slice(0, mostValues);
  const example = String(exampleOf(schema));
  // An example that is made up for an unknown format is no example.
  const isMadeUp = schema.format !== undefined && example.startsWith('text');
  return isUuid(schema) || isMadeUp ? [] : [...bounds(schema), example];
}

function bounds({ minimum, maximum }: JsonSchema): readonly string[] {
  return [minimum, maximum].filter((bound) => bound !== undefined).map(String);
}

function pair(name: string, value: QueryValue): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
