import type { ApiDescription } from './api-description.js';
import type { Params } from './harvest.js';
import { namesIn } from './path-template.js';
import type { Queries } from './query-maker.js';

/** A value, or a function that returns it once the data of a test is there. */
export type Late<T> = T | (() => T | Promise<T>);

/** Addresses by the path that they fill: `{ '/reports/{reportUuid}': [{ reportUuid }] }`. */
export type Addresses = Readonly<Record<string, readonly Params[]>>;

/** The value, asked for where it is a function. */
export async function valueOf<T>(late: Late<T> | undefined): Promise<T | undefined> {
  return typeof late === 'function' ? (late as () => T | Promise<T>)() : late;
}

/** Refuses what is handed in for operations and parameters that there are not. */
export function checkNames(api: ApiDescription, queries: Queries, addresses: Addresses): void {
  for (const [key, values] of Object.entries(queries)) {
    const operation = api.operations.find((each) => each.key === key);
    if (!operation) refuse(`the queries name ${key}`, 'an operation, such as GET /reports');
    const unknown = Object.keys(values).find(
      (name) => !operation.parameters.some((known) => known.in === 'query' && known.name === name),
    );
    if (unknown !== undefined) {
      refuse(`the queries of ${key} name ${unknown}`, 'one of its query parameters');
    }
  }
  for (const [path, all] of Object.entries(addresses)) {
    if (!api.operations.some((operation) => operation.path === path)) {
      refuse(`the params name ${path}`, 'a path, such as /reports/{reportUuid}');
    }
    const missing = namesIn(path).find((name) => all.some((params) => !(name in params)));
    if (missing !== undefined) refuse(`the params of ${path} leave out ${missing}`, 'every one');
  }
}

function refuse(what: string, next: string): never {
  throw new Error(
    `${what[0]!.toUpperCase()}${what.slice(1)}. Name ${next} of the API description.`,
  );
}
