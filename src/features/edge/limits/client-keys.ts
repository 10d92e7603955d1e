import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../../../core/access/bearer-token.js';

/** Writes an address in one way, and an address of IPv6 as its network. */
export type NormalizeIp = (address: string, subnet: number) => string;

/** The bits of an IPv6 address by which providers tell their customers apart. */
const network = 64;

/** By what requests from one address are counted. */
export function addressKey(request: FastifyRequest, normalize: NormalizeIp): string {
  // A socket of this machine has no address, and one that was closed may have none any more.
  const ip = (request.ip as string | undefined) ?? '';
  // The zone of a link-local address is a name of this machine's own.
  const address = ip.replace(/%.*$/, '');
  // A proxy may pass on anything, such as a port behind the address, and of any length.
  return isIP(address) === 0 ? digest(ip) : normalize(address, network);
}

/** By what requests with one bearer token are counted; undefined if a request has none. */
export function credentialKey({ headers }: FastifyRequest): string | undefined {
  const token = bearerToken(headers.authorization);
  return token === undefined ? undefined : digest(token);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
