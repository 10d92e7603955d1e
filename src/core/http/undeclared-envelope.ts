import { problem } from '../errors/problem.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { Fields } from '../values/record.js';
import type { CompiledRoute } from './compiled-route.js';
import type { SendHook } from './hooks.js';

/**
 * Refuses a response that an interceptor of the application has wrapped in something that no schema
 * declares: the serializer would leave all of it out, or miss its contents.
 */
export function refuseUndeclaredEnvelope(
  { method, url, envelope }: CompiledRoute,
  declared: JsonSchema,
): SendHook {
  return (_request, reply, payload, done) => {
    const around = reply.statusCode < 300 ? namesAround(payload, declared) : undefined;
    if (around === undefined) return done(null, payload);
    const what = `The response of ${method} ${url} has none of its declared properties, but ${around}: an interceptor wraps it.`;
    const fix = envelope
      ? 'The option `envelope` of DualIdModule.forRoot does that already; remove the interceptor.'
      : 'Declare the envelope instead: DualIdModule.forRoot({ envelope: { schema, from } }).';
    done(problem('internal', { cause: new Error(`${what} ${fix}`) }));
  };
}

/** The undeclared names around what a schema declares, in a plain wrapper object. */
function namesAround(
  payload: unknown,
  { type, properties = {}, required = [] }: JsonSchema,
): string | undefined {
  // An object with its own class, such as a view, is not an envelope.
  if (!isObject(payload) || payload.constructor !== Object) return;
  const fields = payload;
  const names = Object.keys(fields);
  if (names.length === 0) return;
  const isList = ![type].flat().includes('object');
  const isDeclared = !isList && names.some((name) => Object.hasOwn(properties, name));
  if (!isDeclared)
    return names.some((name) => isObject(fields[name])) ? names.join(' and ') : undefined;
  // A property of the envelope, such as `status`, may share its name with a declared one.
  if (required.every((name) => fields[name] !== undefined)) return;
  const isInside = names.some(
    (name) => !Object.hasOwn(properties, name) && hasAll(fields[name], required),
  );
  return isInside ? names.join(' and ') : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function hasAll(value: unknown, required: readonly string[]): boolean {
  return isObject(value) && required.every((name) => value[name] !== undefined);
}
