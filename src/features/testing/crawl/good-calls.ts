import { isRecord } from '../../../core/values/record.js';
import { parseJsonText } from '../json.js';
import type { CrawledOperation } from './api-description.js';
import { isPage } from './api-description.js';
import { BodyMaker } from './body-maker.js';
import type { HttpAnswer } from './exchange.js';
import { answered, isSuccess } from './expectations.js';
import type { Params } from './harvest.js';
import { collectionOf, fillTemplate, parameterNamesIn } from './path-template.js';
import type { Queries } from './query-maker.js';
import { QueryMaker } from './query-maker.js';
import { withQuery } from './query-text.js';
import type { Session } from './session.js';

/** A call that got a 2xx. */
export interface GoodCall {
  readonly params: Params;
  /** Its query, escaped; empty if there is none. */
  readonly query: string;
  readonly body: unknown;
}

/** Bodies an application passes for operations whose examples are not enough. */
export type Bodies = Readonly<Record<string, object>>;

const rounds = 3;
const maxAddresses = 5;
const maxCallTries = 8;
const methodOrder = ['GET', 'POST', 'PUT', 'PATCH'];

/**
 * Uses every operation as intended: lists first, then what lists and creations have shown the
 * addresses of. Hostile requests start from the calls that succeeded here.
 */
export class GoodCalls {
  readonly #known = new Map<string, GoodCall[]>();
  readonly #maker: BodyMaker;
  readonly #queries: QueryMaker;

  constructor(
    private readonly session: Session,
    private readonly bodies: Bodies,
    queries: Queries,
  ) {
    this.#maker = new BodyMaker(session.api, session.harvest);
    this.#queries = new QueryMaker(session.harvest, queries);
  }

  /** The calls of an operation that got a 2xx. */
  of(operation: CrawledOperation): readonly GoodCall[] {
    return this.#known.get(operation.key) ?? [];
  }

  /** Calls everything but the deletions; creations provide the addresses for the next round. */
  async explore(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (const method of methodOrder) {
        for (const operation of this.session.api.operations) {
          if (operation.method !== method) continue;
          const isNew = this.of(operation).length === 0;
          // Lists are read again each round, because more may have been created since.
          if (isNew || (isPage(operation) && round > 0)) await this.#use(operation, round > 0);
        }
      }
    }
  }

  /** Calls the deletions, each on something created for it if possible. */
  async remove(): Promise<void> {
    for (const operation of this.session.api.operations) {
      if (operation.method !== 'DELETE') continue;
      const created = await this.#prepare(operation);
      await this.#call(operation, this.#latest(operation, created), 1);
    }
  }

  async #use(operation: CrawledOperation, isPrepared: boolean): Promise<void> {
    if (operation.method === 'GET') {
      const addresses = this.session.harvest.paramsOf(operation.path, maxCallTries);
      return this.#call(operation, addresses, maxAddresses);
    }
    const created = isPrepared ? await this.#prepare(operation) : {};
    const found = this.#latest(operation, created);
    // Two entities of every kind are created, so that one can be mistaken for the other.
    const twice = operation.method === 'POST' && found.length === 1;
    await this.#call(operation, twice ? [...found, ...found] : found, 2);
  }

  /** Creates new entities for an operation, parents first, and returns their addresses. */
  async #prepare({ path }: CrawledOperation): Promise<Params> {
    let created: Params = {};
    for (const name of parameterNamesIn(path)) {
      const creation = this.session.api.find('POST', collectionOf(path, name));
      if (!creation) continue;
      await this.#call(creation, this.#latest(creation, created), 1);
      created = this.of(creation).at(-1)?.params ?? created;
    }
    return created;
  }

  async #call(
    operation: CrawledOperation,
    addresses: readonly Params[],
    wanted: number,
  ): Promise<void> {
    let done = 0;
    for (const params of addresses) {
      if (await this.#try(operation, params)) done++;
      if (done === wanted) return;
    }
  }

  /**
   * Addresses of the newest entities, those under the same parents first: nothing has used them up
   * yet.
   */
  #latest({ path }: CrawledOperation, parents: Params): readonly Params[] {
    const all = this.session.harvest.paramsOf(path, Number.POSITIVE_INFINITY).toReversed();
    const isNear = (params: Params) =>
      Object.entries(parents).every(([name, value]) => params[name] === value);
    const handed = this.session.harvest.handedOf(path);
    const far = all.filter((params) => !isNear(params));
    return [...handed, ...all.filter(isNear), ...far].slice(0, maxCallTries);
  }

  async #try(operation: CrawledOperation, params: Params): Promise<boolean> {
    const refusals = new Map<string, number>();
    const offset = this.of(operation).length;
    const path = fillTemplate(operation.path, params);
    const maxQueries = this.#queries.variants(operation, path);
    for (let variant = 0; variant < maxCallTries; variant++) {
      const query = this.#queries.make(operation, path, variant);
      const body =
        this.bodies[operation.key] ?? this.#maker.make(operation, { refusals, variant, offset });
      const answer = await this.session.ask({
        name: 'use',
        operation,
        request: { method: operation.method, target: withQuery(path, query), ...jsonBody(body) },
        expected: answered,
      });
      if (!answer) return false;
      if (isSuccess(answer)) {
        this.#remember(operation, { params, query, body }, answer);
        return true;
      }
      const isNamed = noteRefusals(answer, refusals);
      const hasMore = this.#maker.hasVariants(operation) || variant + 1 < maxQueries;
      if (!isNamed && !hasMore) return false;
    }
    return false;
  }

  #remember(operation: CrawledOperation, call: GoodCall, answer: HttpAnswer): void {
    const { harvest } = this.session;
    harvest.confirm(operation.path, call.params);
    this.#known.set(operation.key, [...this.of(operation), call]);
    const target = fillTemplate(operation.path, call.params);
    const parameter = parameterNamesIn(operation.path).at(-1);
    const shown = this.session.api.answerIn(parseJsonText(answer.body), operation);
    if (operation.method !== 'DELETE') harvest.learn(operation, target, shown);
    else if (parameter) {
      const collection = fillTemplate(collectionOf(operation.path, parameter), call.params);
      harvest.forget(collection, decodeURIComponent(call.params[parameter]!));
    }
  }
}

/** A JSON body with its content type; nothing for undefined. */
export function jsonBody(
  body: unknown,
): { headers: Record<string, string>; body: string } | object {
  if (body === undefined) return {};
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Notes which values were refused; returns false if the response names none. */
function noteRefusals({ body }: HttpAnswer, refusals: Map<string, number>): boolean {
  const problem = parseJsonText(body);
  const errors = isRecord(problem) && Array.isArray(problem['errors']) ? problem['errors'] : [];
  const pointers = errors
    .map((error) => (isRecord(error) ? error['pointer'] : undefined))
    .filter((pointer): pointer is string => typeof pointer === 'string' && pointer !== '');
  for (const pointer of pointers) refusals.set(pointer, (refusals.get(pointer) ?? 0) + 1);
  return pointers.length > 0;
}
