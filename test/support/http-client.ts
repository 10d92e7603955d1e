import { request } from 'node:http';
import type { Agent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** A response as received over the wire. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text parsed, if it is JSON. Tests look into bodies of every shape. */
  readonly body: any;
}

/** What a request has besides its method and path. */
export interface Sent {
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Sends a request and resolves with the whole response. */
export type Ask = (method: string, path: string, sent?: Sent) => Promise<HttpResponse>;

/**
 * A client of a listening application; without an agent each request opens a connection. The
 * headers go with every request that has no others of the same names.
 */
export function clientOf(
  app: NestFastifyApplication,
  agent: Agent | false = false,
  common: Record<string, string> = {},
): Ask {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return (method, path, { headers, ...sent } = {}) =>
    send(
      { host: '127.0.0.1', port, method, path, agent },
      { ...sent, headers: { ...common, ...headers } },
    );
}

/** Sends one request. Unlike `fetch` it leaves the dots of a path alone. */
export function send(
  options: RequestOptions,
  { body, headers = {} }: Sent = {},
): Promise<HttpResponse> {
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const type = payload === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, headers: { ...type, ...headers } }, (response) => {
      received(response).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end(payload);
  });
}

async function received(response: IncomingMessage): Promise<HttpResponse> {
  const { statusCode: status = 0, headers } = response;
  const text = await readText(response);
  const isJson = text !== '' && /[/+]json\b/.test(headers['content-type'] ?? '');
  return { status, headers, text, body: isJson ? JSON.parse(text) : undefined };
}
