import { Agent, request as open } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { HttpAnswer, HttpRequest } from './exchange.js';

/** How much a crawl may ask before it stops. */
export interface Budget {
  readonly requests: number;
  readonly seconds: number;
}

/** Thrown when a crawl has used up its budget. */
export class BudgetSpent extends Error {}

const answerMilliseconds = 10_000;
/** More of a body than this is not looked at. */
const longestBody = 2_000_000;

/** Sends requests as they stand: nothing is normalized, escaped or followed. */
export class HttpClient {
  sent = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #origin: URL;
  readonly #deadline: number;

  constructor(
    origin: string,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly budget: Budget,
  ) {
    this.#origin = new URL(origin);
    this.#deadline = performance.now() + budget.seconds * 1000;
  }

  /** The answer, or one of status 0 when the connection ends without any. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    if (this.sent >= this.budget.requests || performance.now() > this.#deadline) {
      throw new BudgetSpent(
        `The crawl stopped after ${this.sent} requests: raise its limits, which are ${this.budget.requests} requests and ${this.budget.seconds} seconds.`,
      );
    }
    this.sent++;
    const first = await this.#once(request, this.#agent);
    // A kept connection may have been closed meanwhile; only a fresh one tells.
    return first.status === 0 ? this.#once(request, new Agent()) : first;
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ method, target, headers, body }: HttpRequest, agent: Agent): Promise<HttpAnswer> {
    const { hostname, port } = this.#origin;
    return new Promise((resolve) => {
      const nothing = (error: Error) =>
        resolve({ status: 0, headers: {}, body: `no answer (${error.message})` });
      const request = open(
        {
          host: hostname.replace(/^\[(.*)\]$/, '$1'),
          port,
          method,
          path: target,
          agent,
          headers: { ...this.headers, ...lengthOf(body), ...headers },
          timeout: answerMilliseconds,
        },
        (message) => read(message).then(resolve, nothing),
      );
      request.on('timeout', () => request.destroy(new Error('timeout')));
      request.on('error', nothing);
      request.end(body);
    });
  }
}

function lengthOf(body: string | Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
}

async function read(message: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = Object.entries(message.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(', ')] as const,
  );
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).subarray(0, longestBody).toString('utf8'),
  };
}
