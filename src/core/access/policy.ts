import { problem } from '../errors/problem.js';

/** Who may call a route. Every route has exactly one of these. */
export type Policy =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed in' }
  | { readonly kind: 'permission'; readonly permission: string }
  | {
      readonly kind: 'own';
      readonly permission: string;
      /** The scope with which guests may call it for their row; no guest may if it is absent. */
      readonly guest?: string;
      /** Whether the handlers themselves respect the owner, and not the entities of the route. */
      readonly isHandled?: true;
    }
  | { readonly kind: 'elsewhere'; readonly reason: string };

const policyKey = Symbol('nest-dual-id:policy');

/** Records the policy of a controller, or of one of its methods. */
export function declarePolicy(target: object, policy: Policy): void {
  if (Reflect.hasOwnMetadata(policyKey, target)) throw secondPolicy(target);
  Reflect.defineMetadata(policyKey, policy, target);
}

/** Whether a class or method declares a policy itself. */
export function hasOwnPolicy(target: object): boolean {
  return Reflect.hasOwnMetadata(policyKey, target);
}

function secondPolicy(target: object): Error {
  const { name } = target as { readonly name?: string };
  return problem('setup_refused', { detail: `${name} has two policies; keep one of them.` });
}

/** The policy of a controller's method: its own, or else that of the controller. */
export function policyOf(prototype: object, method: string): Policy | undefined {
  const handler = (prototype as Record<string, object>)[method]!;
  return (Reflect.getMetadata(policyKey, handler) ??
    Reflect.getMetadata(policyKey, prototype.constructor)) as Policy | undefined;
}
