import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessControl } from '../access/access-control.js';
import type { Access } from '../access/access-context.js';
import { rowAccess, withAccess } from '../access/access-context.js';
import type { OwnerRow } from '../access/owner-row.js';
import type { Policy } from '../access/policy.js';
import type { Principal } from '../access/principal.js';
import { mayUse } from '../access/principal.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem, refusal } from '../errors/problem.js';
import type { CompiledRoute } from './compiled-route.js';
import { notePrincipal } from './noted-principal.js';
import { sendProblem } from './problem-document.js';

type AccessHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
) => void;

type Permitted = Extract<Policy, { readonly permission: string }>;

/**
 * Asks who makes a request and lets in whom the policy of the route names; undefined if it names
 * everyone. A route without a policy does not boot.
 */
export function accessHook(route: CompiledRoute, access: AccessControl): AccessHook | undefined {
  const policy = requirePolicy(route);
  if (policy.kind === 'public' || policy.kind === 'elsewhere') return undefined;
  return (request, reply, done) => {
    const refuse = (error: unknown) => {
      // The filter logs what only operators can mend.
      if (error instanceof DualIdError && error.status < 500) refuseCaller(request, reply, error);
      else done(asError(error));
    };
    const letIn = (principal: Principal) => {
      notePrincipal(request, principal);
      let granted: Access | DualIdError;
      try {
        granted = decide(policy, principal);
      } catch (error) {
        return refuse(error);
      }
      if (granted instanceof DualIdError) refuseCaller(request, reply, granted);
      else withAccess(granted, done);
    };
    let principal: Principal | Promise<Principal>;
    try {
      principal = access.principalOf(request);
    } catch (error) {
      return refuse(error);
    }
    // What comes at once is used at once: a promise costs as much as all the rest.
    if (principal instanceof Promise) principal.then(letIn, refuse);
    else letIn(principal);
  };
}

/** Fastify would go on with the request if what was thrown were undefined or another nothing. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('An authenticator threw no error.');
}

/** Refuses a route that would be open although it asks for credentials. */
export function refuseUnguarded({ policy, method, url }: CompiledRoute): void {
  if (!policy || policy.kind === 'public' || policy.kind === 'elsewhere') return;
  const what = 'permission' in policy ? `the permission ${policy.permission}` : 'credentials';
  throw problem('setup_refused', {
    detail: `${method} ${url} asks for ${what}, but nothing in the application recognizes who makes a request. Import a module that does, such as IdentityModule with authenticators or ApiKeysModule with guardsRoutes: true.`,
  });
}

function requirePolicy({ policy, method, url }: CompiledRoute): Policy {
  if (policy) return policy;
  throw problem('setup_refused', {
    detail: `${method} ${url} has no policy. Give it, or its controller, @Public, @SignedIn, @Requires('<permission>') or @OwnOr('<permission>'); the routes of a feature take theirs from the options of its module.`,
  });
}

function decide(policy: Policy, principal: Principal): Access | DualIdError {
  if (principal.guestOf) return decideGuest(policy, principal, principal.guestOf);
  if (!('permission' in policy)) return { principal, owner: undefined };
  const { permission, kind } = policy;
  if (mayUse(principal, permission)) return { principal, owner: undefined };
  const { uuid, scopes } = principal;
  if (scopes && !scopes.has(permission)) return lacking(policy, 'The credentials lack the scope');
  if (kind === 'own' && uuid !== null) return { principal, owner: uuid };
  return lacking(policy, 'The caller lacks the permission');
}

/** A guest is nobody in particular: no permission and no policy but this one holds for them. */
function decideGuest(policy: Policy, principal: Principal, row: OwnerRow): Access | DualIdError {
  const purpose = policy.kind === 'own' ? policy.guest : undefined;
  if (purpose === undefined)
    return refusal('forbidden', { detail: 'The route is not for guests.' });
  if (principal.scopes?.has(purpose)) return { principal, ...rowAccess(row) };
  return refusal('forbidden', { detail: `The credentials lack the scope ${purpose}.` });
}

function lacking({ permission }: Permitted, what: string): DualIdError {
  return refusal('forbidden', { detail: `${what} ${permission}.` });
}

/** Refuses in the words of RFC 6750, section 3. */
function refuseCaller({ headers }: FastifyRequest, reply: FastifyReply, error: DualIdError): void {
  if (error.status === 401) {
    const sent = headers.authorization === undefined ? '' : ' error="invalid_token"';
    void reply.header('WWW-Authenticate', `Bearer${sent}`);
  } else if (error.status === 403) {
    void reply.header('WWW-Authenticate', 'Bearer error="insufficient_scope"');
  }
  sendProblem(reply, error);
}
