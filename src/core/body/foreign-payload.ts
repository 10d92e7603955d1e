import { problem } from '../errors/problem.js';

const reasonKey = Symbol('nest-dual-id:foreign-payload');

/**
 * The input class is a payload of another system, such as a webhook or GeoJSON. Its names, and
 * those of nested classes, are not checked; properties that it does not declare are left out
 * instead of refused. The doctor lists the reason.
 */
export function ForeignPayload(reason: string): ClassDecorator {
  return (target) => {
    if (reason.trim() === '') {
      throw problem('setup_refused', {
        detail: `${target.name} is a foreign payload without a reason.`,
      });
    }
    Reflect.defineMetadata(reasonKey, reason, target);
  };
}

/** Why a class is a foreign payload; undefined if it is not one. */
export function foreignReasonOf(input: object): string | undefined {
  return Reflect.getMetadata(reasonKey, input) as string | undefined;
}
