import { Agent, request as open } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { HttpAnswer, HttpRequest } from './exchange.js';

/** How many requests a crawl may send, and for how long, before it stops. */
export interface RequestBudget {
  readonly requests: number;
  readonly seconds: number;
}

/** Thrown when a crawl has used up its budget. */
export class BudgetSpent extends Error {}

const responseMilliseconds = 10_000;
/** Bodies are not read beyond this size. */
const maxBodyLength = 2_000_000;

/** Sends requests as given: nothing is normalized, escaped or followed. */
export class HttpClient {
  sent = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #origin: URL;
  readonly #deadline: number;

  constructor(
    origin: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly budget: RequestBudget,
  ) {
    this.#origin = new URL(origin);
    this.#deadline = performance.now() + budget.seconds * 1000;
  }

  /** The response, or one with status 0 if the connection ends without any. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    if (this.sent >= this.budget.requests || performance.now() > this.#deadline) {
      throw new BudgetSpent(
        `The crawl stopped after ${this.sent} requests: raise its limits, which are ${this.budget.requests} requests and ${this.budget.seconds} seconds.`,
      );
    }
    this.sent++;
    const first = await this.#once(request, this.#agent);
    // A kept-alive connection may have been closed meanwhile; only a new one shows.
    return first.status === 0 ? this.#once(request, new Agent()) : first;
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ method, target, headers, body }: HttpRequest, agent: Agent): Promise<HttpAnswer> {
    const { hostname, port } = this.#origin;
    return new Promise((resolve) => {
      const nothing = (error: Error) =>
        resolve({ status: 0, headers: {}, body: `no response (${error.message})` });
      const request = open(
        {
          host: hostname.replace(/^\[(.*)\]$/, '$1'),
          port,
          method,
          path: target,
          agent,
          headers: { ...this.headers, ...contentLengthOf(body), ...headers },
          timeout: responseMilliseconds,
        },
        (message) => readResponse(message).then(resolve, nothing),
      );
      request.on('timeout', () => request.destroy(new Error('timeout')));
      request.on('error', nothing);
      request.end(body);
    });
  }
}

function contentLengthOf(body: string | Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
}

async function readResponse(message: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.entries(message.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(', ')] as const,
  );
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).subarray(0, maxBodyLength).toString('utf8'),
  };
}
