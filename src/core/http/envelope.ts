import type { FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import { closedSchema } from '../view/closed-schema.js';
import type { JsonSchema } from '../view/json-schema.js';
import type { RouteOrigin } from './route.decorators.js';

/** What stands around every answer of an application: `{ data, meta }`. */
export interface Envelope {
  /** The property that holds the answer; `data` by default. */
  readonly property?: string;
  /** Everything that may stand beside it: a closed object, such as one with the property `meta`. */
  readonly schema: JsonSchema;
  /** Makes what stands beside an answer. The answer is what the handler returned, unchanged. */
  readonly from: (request: FastifyRequest, answer: unknown) => object;
}

/** The envelope of one route after boot. */
export interface CompiledEnvelope {
  readonly property: string;
  readonly from: Envelope['from'];
  /** What stands beside the answer. */
  readonly beside: JsonSchema;
  /** The answer itself. */
  readonly answer: JsonSchema;
  /** Both together. */
  readonly whole: JsonSchema;
}

const withoutKey = Symbol('nest-dual-id:without-envelope');

/** The routes of a controller, or one route, answer without the envelope of the application. */
export function WithoutEnvelope(): ClassDecorator & MethodDecorator {
  return (target: object, _method?: unknown, descriptor?: PropertyDescriptor) => {
    const marked = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata(withoutKey, true, marked);
  };
}

/** Whether a route answers without the envelope of the application. */
export function isWithoutEnvelope({ prototype, method }: RouteOrigin): boolean {
  const handler = (prototype as Record<string, object>)[method]!;
  return [handler, prototype.constructor].some((one) => Reflect.hasMetadata(withoutKey, one));
}

/** Puts the schema of an answer into the envelope; refuses one that could let more out. */
export function compileEnvelope(
  { property = 'data', schema, from }: Envelope,
  answer: JsonSchema,
): CompiledEnvelope {
  const beside = closedSchema(schema, 'The envelope');
  const refuse = (why: string) => problem('setup_refused', { detail: `The envelope ${why}.` });
  if (beside.type !== 'object') throw refuse('is no object');
  if (property in beside.properties!) {
    throw refuse(`declares ${property}, which holds the answer; declare what stands beside it`);
  }
  const { properties = {}, required = [] } = beside;
  // By this name the answer is checked like any other property.
  closedSchema({ type: 'object', properties: { [property]: { type: 'string' } } }, 'The envelope');
  const whole: JsonSchema = {
    ...(answer.title === undefined ? {} : { title: `${answer.title}Envelope` }),
    type: 'object',
    properties: { [property]: answer, ...properties },
    required: [property, ...required],
    additionalProperties: false,
    'x-envelope': property,
  };
  return { property, from, beside, answer, whole };
}
