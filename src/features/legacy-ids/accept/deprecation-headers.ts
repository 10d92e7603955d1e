import type { FastifyReply, FastifyRequest } from 'fastify';
import { namesNumber } from '../../../core/http/header-ids.js';
import type { SendHook } from '../../../core/http/hooks.js';
import type { LegacyWindow } from '../legacy-window.js';

const legacyKey = Symbol('nest-dual-id:legacy-ids');

type LegacyRequest = FastifyRequest & { [legacyKey]?: { readonly hasAddress: boolean } };

/** Notes that a request had old numbers, and whether it has another address with public ids. */
export function noteLegacy(request: LegacyRequest, hasAddress: boolean): void {
  request[legacyKey] = { hasAddress };
}

/** Adds to the response to an old number when it ends, and the address with public ids. */
export function describeDeprecation({ headers, links }: LegacyWindow): SendHook {
  return (request: LegacyRequest, reply, payload, done) => {
    const noted = request[legacyKey];
    if (noted) {
      void reply.headers(headers);
      const canonical = noted.hasAddress && reply.statusCode < 400 ? canonicalLink(request) : '';
      void reply.header('Link', `${ownLinks(reply)}${links}${canonical}`);
    }
    done(null, payload);
  };
}

/** The address of the request without its query; none if other parameters are numbers. */
function canonicalLink({ url, host }: FastifyRequest): string {
  const [address = ''] = url.split(/[?#]/);
  return namesNumber(address, host) ? '' : `, <${address}>; rel="canonical"`;
}

function ownLinks(reply: FastifyReply): string {
  const own = reply.getHeader('Link');
  return own === undefined ? '' : `${[own].flat().join(', ')}, `;
}
