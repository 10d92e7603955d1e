import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { exampleOf } from '../../../core/openapi/example.js';
import type { CrawledOperation, DescribedParameter } from './api-description.js';
import { describesUuid, parametersIn } from './api-description.js';
import type { Harvest } from './harvest.js';
import { namedThing } from './named-thing.js';

type QueryValue = string | number | boolean;

/** Values of query parameters by operation, such as `{ 'GET /reports': { year: 2026 } }`. */
export type Queries = Readonly<
  Record<string, Readonly<Record<string, QueryValue | readonly QueryValue[]>>>
>;

const maxValues = 3;

/**
 * Makes the query of every request to an operation: the values passed in, and the required ones.
 */
export class QueryMaker {
  constructor(
    private readonly harvest: Harvest,
    private readonly queries: Queries,
  ) {}

  /** The escaped query of an attempt at a path: each uses different values if some are known. */
  make(operation: CrawledOperation, path: string, variant: number): string {
    const handed = this.queries[operation.key] ?? {};
    const made = this.#required(operation, path).flatMap(([name, values]) =>
      values.length === 0 ? [] : [[name, values[variant % values.length]!] as const],
    );
    return [...Object.entries(handed), ...made]
      .flatMap(([name, value]) => [value].flat().map((each) => pair(name, each as QueryValue)))
      .join('&');
  }

  /** How many attempts at a path differ from one another. */
  variants(operation: CrawledOperation, path: string): number {
    return Math.max(1, ...this.#required(operation, path).map(([, values]) => values.length));
  }

  #required(operation: CrawledOperation, path: string): [string, readonly string[]][] {
    const handed = this.queries[operation.key] ?? {};
    return parametersIn(operation, 'query')
      .filter(({ name, required }) => required && !Object.hasOwn(handed, name))
      .map((parameter) => [parameter.name, queryValuesOf(parameter, path, this.harvest)]);
  }
}

/**
 * Values that a query parameter should have. Two pages may use one name for different things: what
 * the path itself has shown comes first.
 */
export function queryValuesOf(
  { name, schema }: DescribedParameter,
  path: string,
  harvest: Harvest,
): string[] {
  if (schema.enum) return schema.enum.map(String);
  const known = [
    ...harvest.addressesOf(namedThing(name)),
    ...harvest.valuesNear(path, name),
    ...harvest.valuesOf(name),
  ];
  if (known.length > 0) return [...new Set(known)].slice(0, maxValues);
  const example = String(exampleOf(schema));
  // An example made up for an unknown format is of no use.
  const isMadeUp = schema.format !== undefined && example.startsWith('text');
  return describesUuid(schema) || isMadeUp ? [] : [...bounds(schema), example];
}

function bounds({ minimum, maximum }: JsonSchema): readonly string[] {
  return [minimum, maximum].filter((bound) => bound !== undefined).map(String);
}

function pair(name: string, value: QueryValue): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
