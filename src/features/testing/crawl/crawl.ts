import type { Canaries } from '../canaries/canaries.js';
import type { Vocabulary } from '../scan/vocabulary.js';
import { attackProbes } from '../probes/attack-probes.js';
import { groundCall } from '../probes/ground.js';
import { ApiDescription } from './api-description.js';
import { describedLeaks } from './description-check.js';
import type { CrawlFinding } from './exchange.js';
import { answered } from './expectations.js';
import type { Bodies } from './good-calls.js';
import { checkNames, resolved } from './handed-in.js';
import type { Addresses, Late } from './handed-in.js';
import type { Queries } from './query-maker.js';
import { GoodCalls } from './good-calls.js';
import { useQueries } from './good-queries.js';
import type { RequestBudget } from './http-client.js';
import { BudgetSpent, HttpClient } from './http-client.js';
import type { CodeTable } from './measures.js';
import type { RouteReport, Skips } from './session.js';
import { Session } from './session.js';

/** The API to crawl. */
export interface CrawlTarget {
  /** Its base address, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Its OpenAPI document. */
  readonly document: object;
  readonly canaries: Canaries;
  readonly vocabulary: Vocabulary;
  /** Real internal ids, requested once the crawl has used every route. */
  readonly internalIds?: () => Promise<readonly string[]>;
  /** Paths of GET routes that the document leaves out. */
  readonly undocumented?: readonly string[];
  /** Whether a path is outside the guarantees: it is searched, but may fail in its own format. */
  readonly isExempt?: (path: string) => boolean;
}

/** Options of a crawl. */
export interface CrawlOptions {
  /** Headers of every request, such as those that authenticate. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What is skipped, with the reason: an operation (`GET /metrics`), one kind of request to it
   * (`GET /years/{year} numeric-path`), or one kind everywhere (`* huge-body`).
   */
  readonly skip?: Skips;
  /** The application's own error codes, in addition to the library's. */
  readonly codes?: CodeTable;
  /** Bodies for operations whose examples are refused: `{ 'POST /orders': { ... } }`. */
  readonly bodies?: Bodies;
  /**
   * Values of query parameters that the description does not give: `{ 'GET /reports': { year: 2026
   * } }`. They are sent with every request to the operation. A function is called once the data
   * exists.
   */
  readonly queries?: Late<Queries>;
  /**
   * Addresses that no list shows, by the path that they fill: `{ '/reports/{reportUuid}': [{
   * reportUuid }] }`. They are used for the paths below it too. A function is called once the data
   * exists.
   */
  readonly params?: Late<Addresses>;
  /** Default 20000 requests and 60 seconds. */
  readonly limits?: Partial<RequestBudget>;
}

/** What a crawl did and found. */
export interface CrawlReport {
  readonly routes: readonly RouteReport[];
  readonly requests: number;
  readonly findings: readonly CrawlFinding[];
}

const defaultBudget: RequestBudget = { requests: 20_000, seconds: 60 };
const callsAtOnce = 8;

/**
 * Calls every operation of an API, first as intended and then in every wrong way, and checks each
 * response against its description, the table of codes and what must not leave.
 */
export async function crawl(target: CrawlTarget, options: CrawlOptions = {}): Promise<CrawlReport> {
  const api = new ApiDescription(target.document);
  const { canaries, vocabulary } = target;
  const limits = { ...defaultBudget, ...options.limits };
  const client = new HttpClient(target.url, options.headers ?? {}, limits);
  const measures = { api, canaries, vocabulary, codes: options.codes ?? {} };
  const session = new Session(client, measures, options.skip ?? {});
  for (const finding of describedLeaks(api, measures)) session.find(finding);
  try {
    await goThrough(session, target, options);
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    session.find(limitFinding(error));
  } finally {
    client.close();
  }
  return { routes: session.routes, requests: client.sent, findings: session.findings };
}

async function goThrough(
  session: Session,
  target: CrawlTarget,
  options: CrawlOptions,
): Promise<void> {
  const { api, harvest } = session;
  const queries = (await resolved(options.queries)) ?? {};
  const handed = (await resolved(options.params)) ?? {};
  checkNames(api, queries, handed);
  for (const [path, params] of Object.entries(handed)) harvest.hand(path, params);
  const calls = new GoodCalls(session, options.bodies ?? {}, queries);
  await calls.explore();
  const cursors = await useQueries(session, calls);
  const ids = (await target.internalIds?.()) ?? [];
  for (const operation of api.operations) {
    const call = groundCall(operation, calls.of(operation));
    const ground = { ...call, operation, api, harvest, ids, cursors };
    await session.askAll(attackProbes(ground), callsAtOnce);
  }
  await calls.remove();
  await visit(session, target);
  for (const { key } of api.operations) {
    if (!session.isSkipped(key) && !isCovered(session, key)) session.find(uncovered(key));
  }
}

/** Routes without a description are called once, and only searched. */
async function visit(session: Session, { undocumented = [], isExempt }: CrawlTarget) {
  for (const target of undocumented) {
    const request = { method: 'GET', target };
    const hasOwnErrors = isExempt?.(target) ?? false;
    const probe = { name: 'undocumented', operation: undefined, request, expected: answered };
    await session.ask({ ...probe, hasOwnErrors });
  }
}

function isCovered(session: Session, key: string): boolean {
  return session.routes.some(({ route, succeeded }) => route === key && succeeded > 0);
}

function uncovered(route: string): CrawlFinding {
  const what =
    'never responded with 2xx, so that none of its responses were searched: pass a seed, headers or bodies, or skip it with a reason';
  return { route, probe: 'use', request: route, where: 'status', what };
}

function limitFinding({ message }: BudgetSpent): CrawlFinding {
  return { route: 'every route', probe: 'limits', request: '', where: 'crawl', what: message };
}
