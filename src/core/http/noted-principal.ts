import type { Principal } from '../access/principal.js';

const principalKey = Symbol('nest-dual-id:principal');

/** Records who makes a request, for hooks that run outside of its context, such as a log's. */
export function notePrincipal(request: object, principal: Principal): void {
  (request as { [principalKey]?: Principal })[principalKey] = principal;
}

/** Who makes a request; undefined if nobody was told so far, or nobody had to be. */
export function notedPrincipal(request: object): Principal | undefined {
  return (request as { [principalKey]?: Principal })[principalKey];
}
