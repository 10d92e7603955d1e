import { randomUUID } from 'node:crypto';
import type { ApiDescription, CrawledOperation } from '../crawl/api-description.js';
import { describesUuid, parametersIn } from '../crawl/api-description.js';
import type { Expected, CrawlProbe } from '../crawl/exchange.js';
import { jsonBody } from '../crawl/good-calls.js';
import type { GoodCall } from '../crawl/good-calls.js';
import type { Cursor } from '../crawl/good-queries.js';
import type { Harvest, Params } from '../crawl/harvest.js';
import { fillTemplate, parameterNamesIn } from '../crawl/path-template.js';
import { mergeQueries, withQuery } from '../crawl/query-text.js';

/** What hostile requests to one operation start from: a call that succeeds. */
export interface Ground {
  readonly operation: CrawledOperation;
  readonly api: ApiDescription;
  readonly harvest: Harvest;
  /** Values of the path's parameters, escaped. */
  readonly params: Params;
  /** The query that every request has, escaped. */
  readonly query: string;
  readonly body: unknown;
  /** Internal ids of existing rows. */
  readonly ids: readonly string[];
  readonly cursors: readonly Cursor[];
}

/** How a hostile request differs from the successful one. */
export interface RequestChange {
  readonly params?: Params;
  /** The query, escaped. */
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The good call that attacks on an operation start from; unknown addresses replace missing ones.
 */
export function groundCall(operation: CrawledOperation, calls: readonly GoodCall[]): GoodCall {
  const schemas = new Map(
    parametersIn(operation, 'path').map((parameter) => [parameter.name, parameter.schema]),
  );
  const unknown = (name: string) =>
    describesUuid(schemas.get(name) ?? {}) ? randomUUID() : 'unknown';
  const [call] = calls;
  const params = Object.fromEntries(
    parameterNamesIn(operation.path).map((name) => [name, call?.params[name] ?? unknown(name)]),
  );
  const last = parameterNamesIn(operation.path).at(-1);
  // If a hostile request does delete something, later requests would miss it.
  if (operation.method === 'DELETE' && last) params[last] = unknown(last);
  return { params, query: call?.query ?? '', body: call?.body ?? operation.body?.example };
}

/** A request that differs from the good call in one way. */
export function attack(
  ground: Ground,
  name: string,
  change: RequestChange & { expected: Expected },
): CrawlProbe {
  const { operation, params, query } = ground;
  const path = fillTemplate(operation.path, { ...params, ...change.params });
  const json = jsonBody('body' in change ? change.body : ground.body) as {
    headers?: Record<string, string>;
    body?: string;
  };
  return {
    name,
    operation,
    expected: change.expected,
    request: {
      ...json,
      method: operation.method,
      target: withQuery(path, mergeQueries(query, change.query ?? '')),
      headers: { ...json.headers, ...change.headers },
    },
  };
}
