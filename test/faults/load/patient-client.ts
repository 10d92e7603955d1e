import { Agent } from 'node:http';
import { send } from '../../support/http-client.js';
import type { HttpResponse, Sent } from '../../support/http-client.js';

/** How long a client waits before it considers a request hung. */
const patienceMilliseconds = 40_000;

/** The result of a request; status 0 means that there was no response. */
export interface TimedResult extends Omit<HttpResponse, 'text'> {
  /** The code of a problem, or what went wrong in the network. */
  readonly code: string;
  readonly milliseconds: number;
}

/** A request as the load sends it. */
export interface Call extends Sent {
  readonly method: string;
  readonly path: string;
}

/** Sends requests over connections that are kept; never throws. */
export class PatientClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly common: Record<string, string> = {},
  ) {}

  async call({ method, path, ...sent }: Call): Promise<TimedResult> {
    const start = performance.now();
    const timed = () => ({ milliseconds: performance.now() - start });
    const { hostname: host, port } = new URL(this.url);
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const options = { host, port, method, path, agent: this.#agent, signal };
    try {
      const headersSent = { ...this.common, ...sent.headers };
      const { status, headers, body } = await send(options, { ...sent, headers: headersSent });
      return { status, code: String(body?.code ?? ''), headers, body, ...timed() };
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? error);
      return { status: 0, code, headers: {}, body: undefined, ...timed() };
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
