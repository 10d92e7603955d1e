import type { RouteOrigin } from './route.decorators.js';

const exceptionKey = Symbol('nest-dual-id:id-exception');

/** Says that a handler takes numeric ids in its body, and why; the doctor lists it. */
export function TakesNumericIds(reason: string): MethodDecorator {
  return (_prototype, _method, descriptor) => {
    Reflect.defineMetadata(exceptionKey, reason, descriptor.value as object);
  };
}

/** Why a handler takes numeric ids; undefined if it does not. */
export function numericIdsReasonOf({ prototype, method }: RouteOrigin): string | undefined {
  const handler = (prototype as Record<string, object>)[method]!;
  return Reflect.getMetadata(exceptionKey, handler) as string | undefined;
}
