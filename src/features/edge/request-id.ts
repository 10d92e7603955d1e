import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

const idKey = Symbol('nest-dual-id:request-id');

type NamedRequest = IncomingMessage & { [idKey]?: string };

/** Names requests. */
export class RequestIds {
  constructor(private readonly trusted: boolean) {}

  /** The id of a request, which stays the same. */
  of(request: IncomingMessage): string {
    const known = request as NamedRequest;
    return (known[idKey] ??= (this.trusted && sentId(request)) || randomUUID());
  }
}

/** What a proxy sent, if it is fit for a log and a header. */
function sentId({ headers }: IncomingMessage): string | undefined {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && /^[\w.-]{8,128}$/.test(sent) ? sent : undefined;
}
