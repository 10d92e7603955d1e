import { apiHeaders } from './key.js';

/** What the registry returns for a public id. */
export interface ResolutionResponse {
  readonly uuid: string;
  readonly type: string;
  readonly status: string;
  readonly href: string | null;
}

/** An entity as in lists and graphs; a search may return its name. */
export interface EntityResponse {
  readonly uuid: string;
  readonly type: string;
  readonly status: string;
  readonly name?: string | null;
}

export interface Edge {
  readonly fromUuid: string;
  readonly relation: string;
  readonly toUuid: string;
}

export interface NeighbourResponse extends Edge {
  readonly entity: EntityResponse;
}

export interface GraphNodeResponse extends EntityResponse {
  readonly depth: number;
}

export interface GraphResponse {
  readonly nodes: readonly GraphNodeResponse[];
  readonly edges: readonly Edge[];
  readonly partial: boolean;
}

export interface ImpactItemResponse {
  readonly kind: string;
  readonly type: string;
  readonly through: string | null;
  readonly effect: string;
  readonly count: number;
  readonly capped: boolean;
  readonly examples: readonly string[];
}

export interface PageResponse<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Values by the names of their properties. */
export type Values = Readonly<Record<string, unknown>>;

/** Values under the name of their entity, as the history returns them. */
export type NamedValues = Readonly<Record<string, Values>> | null;

/** What an entity was at a time. */
export interface StateResponse {
  readonly knowledge: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly value: NamedValues;
}

/** A change of an entity, and the state it led to. */
export interface ChangeResponse extends StateResponse {
  readonly validFrom: string;
  readonly operation: string;
  readonly actorUuid: string | null;
  readonly before: NamedValues;
  readonly after: NamedValues;
}

/** An error response of the API, in its own words; its status is 0 where there was no response. */
export class RefusalResponse extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }
}

/** A response of the API, read to its end. */
export interface ApiResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The API is relative to the page, whatever prefix both have. */
const base = location.pathname.replace(/\/explorer\/?$/, '');

/** The full address of an API path. */
export function urlOfPath(path: string): string {
  return `${base}${path}`;
}

/** Reads from the API; throws a `RefusalResponse` for error responses and network failures. */
export async function readJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const answer = await ask(path, signal);
  const body = (await answer.json().catch(() => ({}))) as ApiResponse['body'];
  return answerIn({ status: answer.status, body });
}

/** The body of a response; throws the `RefusalResponse` of an error. */
export function answerIn<Answer>({ status, body }: ApiResponse): Answer {
  if (status >= 200 && status < 300) return body as Answer;
  const { code = 'unknown', detail = `The API responded with ${status}.` } = body;
  throw new RefusalResponse(String(code), String(detail), status);
}

/** The error of an API that does not respond. */
export function offline(): RefusalResponse {
  return new RefusalResponse('offline', 'The API does not respond. Try again in a moment.');
}

let undirected: Promise<ReadonlySet<string>> | undefined;

/** The types of relations without direction, read once, and again after a failure. */
export function undirectedTypes(): Promise<ReadonlySet<string>> {
  undirected ??= readJson<{ items: readonly { name: string; undirected: boolean }[] }>(
    '/registry/relation-types',
  )
    .then(({ items }) => new Set(items.filter((type) => type.undirected).map(({ name }) => name)))
    .catch((error: unknown) => {
      undirected = undefined;
      throw error;
    });
  return undirected;
}

async function ask(path: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(urlOfPath(path), {
      headers: apiHeaders(),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw offline();
  }
}
