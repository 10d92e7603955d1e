import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

/** How long a client waits before it takes a request for hung. */
const patienceMilliseconds = 40_000;

/** What came of a request; status 0 means that no answer came. */
export interface Reply {
  readonly status: number;
  /** The code of a problem, or what went wrong in the network. */
  readonly code: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: any;
  readonly milliseconds: number;
}

/** A request as the load sends it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Sends requests over connections that are kept; never throws. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string) {}

  async call(call: Call): Promise<Reply> {
    const start = performance.now();
    const timed = () => ({ milliseconds: performance.now() - start });
    try {
      return { ...(await this.#send(call)), ...timed() };
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? error);
      return { status: 0, code, headers: {}, body: undefined, ...timed() };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, body, headers = {} }: Call): Promise<Omit<Reply, 'milliseconds'>> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const options = { method, agent: this.#agent, headers: { ...type, ...headers }, signal };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, options, (response) => {
        text(response).then((answer) => {
          const parsed = answer === '' ? undefined : JSON.parse(answer);
          const { statusCode: status = 0, headers } = response;
          resolve({ status, code: String(parsed?.code ?? ''), headers, body: parsed });
        }, reject);
      });
      sent.on('error', reject);
      sent.end(json);
    });
  }
}
