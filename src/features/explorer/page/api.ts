/** What the registry says of a public id. */
export interface Resolution {
  readonly uuid: string;
  readonly type: string;
  readonly status: string;
  readonly href: string | null;
}

/** An entity as lists and graphs tell it; a search may know its name. */
export interface Entity {
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

export interface Neighbour extends Edge {
  readonly entity: Entity;
}

export interface GraphNode extends Entity {
  readonly depth: number;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly Edge[];
  readonly partial: boolean;
}

export interface ImpactItem {
  readonly kind: string;
  readonly type: string;
  readonly through: string | null;
  readonly effect: string;
  readonly count: number;
  readonly capped: boolean;
  readonly examples: readonly string[];
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A refusal of the API, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The API lies beside the page, whatever prefix both have. */
const base = location.pathname.replace(/\/explorer\/?$/, '');

/** The whole address of a path of the API. */
export function addressOf(path: string): string {
  return `${base}${path}`;
}

/** Reads from the API; what it refuses, and a network that fails, is a `Refusal`. */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const answer = await ask(path, signal);
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return body as Answer;
  const { code = 'unknown', detail = `The API answered ${answer.status}.` } = body;
  throw new Refusal(String(code), String(detail));
}

let undirected: Promise<ReadonlySet<string>> | undefined;

/** The types of relations that have no direction, read once. */
export function undirectedTypes(): Promise<ReadonlySet<string>> {
  undirected ??= read<{ items: readonly { name: string; undirected: boolean }[] }>(
    '/registry/relation-types',
  ).then(({ items }) => new Set(items.filter((type) => type.undirected).map(({ name }) => name)));
  return undirected;
}

async function ask(path: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(addressOf(path), {
      headers: { accept: 'application/json' },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal('offline', 'The API does not answer. Try again in a moment.');
  }
}
