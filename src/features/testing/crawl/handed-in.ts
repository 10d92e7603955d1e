import type { ApiDescription } from './api-description.js';
import type { Params } from './harvest.js';
import { parameterNamesIn } from './path-template.js';
import type { Queries } from './query-maker.js';

/** A value, or a function that returns it once a test's data exists. */
export type Late<T> = T | (() => T | Promise<T>);

/** Addresses by the path that they fill: `{ '/reports/{reportUuid}': [{ reportUuid }] }`. */
export type Addresses = Readonly<Record<string, readonly Params[]>>;

/** The value, or the result of the function. */
export async function resolved<T>(late: Late<T> | undefined): Promise<T | undefined> {
  return typeof late === 'function' ? (late as () => T | Promise<T>)() : late;
}

/** Refuses values passed for operations and parameters that do not exist. */
export function checkNames(api: ApiDescription, queries: Queries, addresses: Addresses): void {
  for (const [key, values] of Object.entries(queries)) {
    const operation = api.operations.find((each) => each.key === key);
    if (!operation)
      refuseAddresses(`the queries name ${key}`, 'an operation, such as GET /reports');
    const unknown = Object.keys(values).find(
      (name) => !operation.parameters.some((known) => known.in === 'query' && known.name === name),
    );
    if (unknown !== undefined) {
      refuseAddresses(`the queries of ${key} name ${unknown}`, 'one of its query parameters');
    }
  }
  for (const [path, all] of Object.entries(addresses)) {
    if (!api.operations.some((operation) => operation.path === path)) {
      refuseAddresses(`the params name ${path}`, 'a path, such as /reports/{reportUuid}');
    }
    const missing = parameterNamesIn(path).find((name) => all.some((params) => !(name in params)));
    if (missing !== undefined)
      refuseAddresses(`the params of ${path} leave out ${missing}`, 'every one');
  }
}

function refuseAddresses(what: string, next: string): never {
  throw new Error(
    `${what[0]!.toUpperCase()}${what.slice(1)}. Name ${next} in the API description.`,
  );
}
