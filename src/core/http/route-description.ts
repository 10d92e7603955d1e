import type { JsonSchema } from '../json-schema/json-schema.js';
import type { RouteOrigin } from './route.decorators.js';

/** A query parameter or header that a handler reads on its own. */
export interface OwnParameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly description: string;
  readonly schema: JsonSchema;
}

const parametersKey = Symbol('nest-dual-id:own-parameters');
const undescribedKey = Symbol('nest-dual-id:undescribed');

/** Lists in the API description what a handler reads on its own; checks nothing. */
export function Reads(...parameters: readonly OwnParameter[]): MethodDecorator {
  return (prototype, method, descriptor) => {
    const known = ownParametersOf({ prototype, method: String(method) });
    Reflect.defineMetadata(parametersKey, [...known, ...parameters], descriptor.value as object);
  };
}

/** Leaves a controller's routes, which are pages for people, out of the API description. */
export function HiddenFromOpenApi(): ClassDecorator {
  return (controller) => Reflect.defineMetadata(undescribedKey, true, controller);
}

/** The parameters that `@Reads` names. */
export function ownParametersOf({ prototype, method }: RouteOrigin): readonly OwnParameter[] {
  const handler = (prototype as Record<string, object>)[method]!;
  return (Reflect.getMetadata(parametersKey, handler) ?? []) as readonly OwnParameter[];
}

/** Whether a route reads the header `Idempotency-Key`, so that a client may return with it. */
export function readsKey(origin: RouteOrigin): boolean {
  return ownParametersOf(origin).some(({ name }) => name === 'Idempotency-Key');
}

/** Whether the controller of a route is `@HiddenFromOpenApi`. */
export function isHiddenFromOpenApi({ prototype }: RouteOrigin): boolean {
  return Reflect.hasMetadata(undescribedKey, prototype.constructor);
}
