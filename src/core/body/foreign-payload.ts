import { problem } from '../errors/problem.js';

const reasonKey = Symbol('nest-dual-id:foreign-payload');

/**
 * The input class is what another system sends, such as a webhook or GeoJSON. Its names, and those
 * of what it nests, are not judged; properties that it does not declare are left out instead of
 * refused. The reason is listed by the doctor.
 */
export function ForeignPayload(reason: string): ClassDecorator {
  return (target) => {
    if (reason.trim() === '') {
      throw problem('setup_refused', {
        detail: `${target.name} is a foreign payload for no reason.`,
      });
    }
    Reflect.defineMetadata(reasonKey, reason, target);
  };
}

/** Why a class is a foreign payload; undefined when it is none. */
export function foreignReasonOf(input: object): string | undefined {
  return Reflect.getMetadata(reasonKey, input) as string | undefined;
}
