import { problem } from '../errors/problem.js';
import type { JsonSchema } from '../view/json-schema.js';
import type { CompiledRoute } from './compiled-route.js';
import type { SendHook } from './hooks.js';

/**
 * Refuses an answer that an interceptor of the application has put into something that no schema
 * declares: the serializer would leave all of it out, or miss what is inside.
 */
export function refuseUndeclaredEnvelope(
  { method, url, envelope }: CompiledRoute,
  declared: JsonSchema,
): SendHook {
  return (_request, reply, payload, done) => {
    const around = reply.statusCode < 300 ? namesAround(payload, declared) : undefined;
    if (around === undefined) return done(null, payload);
    const what = `The answer of ${method} ${url} has none of its declared properties, but ${around}: an interceptor wraps it.`;
    const cure = envelope
      ? 'The option `envelope` of DualIdModule.forRoot does that already; remove the interceptor.'
      : 'Declare the envelope in its place: DualIdModule.forRoot({ envelope: { schema, from } }).';
    done(problem('internal', { cause: new Error(`${what} ${cure}`) }));
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** The names around what a schema declares, in an object made for nothing else. */
function namesAround(
  payload: unknown,
  { type, properties = {}, required = [] }: JsonSchema,
): string | undefined {
  // What has a class of its own, such as a view, is no envelope.
  if (!isObject(payload) || payload.constructor !== Object) return;
  const fields = payload;
  const names = Object.keys(fields);
  if (names.length === 0) return;
  const isList = ![type].flat().includes('object');
  const isDeclared = !isList && names.some((name) => Object.hasOwn(properties, name));
  if (!isDeclared)
    return names.some((name) => isObject(fields[name])) ? names.join(' and ') : undefined;
  // A property beside the answer, such as `status`, may have the name of one that is declared.
  if (required.every((name) => fields[name] !== undefined)) return;
  const isInside = names.some(
    (name) => !Object.hasOwn(properties, name) && holds(fields[name], required),
  );
  return isInside ? names.join(' and ') : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function holds(value: unknown, required: readonly string[]): boolean {
  return isObject(value) && required.every((name) => value[name] !== undefined);
}
