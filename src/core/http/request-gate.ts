import type { FastifyRequest } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem, refusal } from '../errors/problem.js';
import type { RequestGateOptions } from '../options/request-gate.options.js';
import { sendProblem } from './problem-document.js';
import type { RequestHook } from './hooks.js';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Refuses requests for another host, and those that another site makes a browser send. */
export function gateOf({ allowedHosts, trustedOrigins = [] }: RequestGateOptions): RequestHook {
  const hosts = allowedHosts && new Set(allowedHosts.map((host) => host.toLowerCase()));
  const origins = new Set(trustedOrigins.map(requireOrigin));
  return (request, reply, done) => {
    const error =
      checkHost(request, hosts) ?? (isCrossSite(request, origins) ? crossSite() : undefined);
    if (error) sendProblem(reply, error);
    else done();
  };
}

function checkHost(
  { raw }: FastifyRequest,
  hosts: ReadonlySet<string> | undefined,
): DualIdError | undefined {
  const { rawHeaders } = raw;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') count += 1;
  }
  if (count > 1) {
    const errors = [{ header: 'Host', detail: 'is given more than once' }];
    return refusal('invalid_header', { errors });
  }
  if (!hosts) return undefined;
  // The host of an absolute-form address takes precedence over the header (RFC 9112).
  const named = /^https?:\/\/([^/?#]*)/i.exec(raw.url ?? '')?.[1] ?? hostOf(raw.headers) ?? '';
  const host = named.toLowerCase();
  return hosts.has(host) || hosts.has(host.replace(/:\d+$/, ''))
    ? undefined
    : refusal('misdirected_request');
}

/** Browsers send where a request comes from; a client without these headers is no browser. */
function isCrossSite({ method, headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  if (safeMethods.has(method) || headers.cookie === undefined) return false;
  const { origin } = headers;
  if (origin !== undefined && origins.has(origin)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && !isOwnOrigin(origin, hostOf(headers));
}

const crossSite = () => refusal('cross_site_refused');

/** HTTP/2 has its own header for the host. */
function hostOf(headers: FastifyRequest['headers']): string | undefined {
  return (headers[':authority'] as string | undefined) ?? headers.host;
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  // `new URL` omits the protocol's default port.
  return from !== '' && URL.canParse(`${protocol}//${host}`)
    ? new URL(`${protocol}//${host}`).host === from
    : false;
}

function requireOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw problem('setup_refused', {
    detail: `trustedOrigins names ${origin}, which is not an origin such as https://app.example.com.`,
  });
}
