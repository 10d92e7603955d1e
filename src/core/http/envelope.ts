import { problem } from '../errors/problem.js';
import { closedSchema } from '../json-schema/closed-schema.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { Envelope } from '../options/envelope.js';
import type { RouteOrigin } from './route.decorators.js';

/** The envelope of one route after boot. */
export interface CompiledEnvelope {
  readonly property: string;
  readonly from: Envelope['from'];
  /** The schema of the rest of the envelope. */
  readonly beside: JsonSchema;
  /** The schema of the response itself. */
  readonly answer: JsonSchema;
  /** The schema of both together. */
  readonly whole: JsonSchema;
}

const withoutKey = Symbol('nest-dual-id:without-envelope');

/** The routes of a controller, or one route, respond without the application's envelope. */
export function WithoutEnvelope(): ClassDecorator & MethodDecorator {
  return (target: object, _method?: unknown, descriptor?: PropertyDescriptor) => {
    const marked = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata(withoutKey, true, marked);
  };
}

/** Whether a route responds without the application's envelope. */
export function isWithoutEnvelope({ prototype, method }: RouteOrigin): boolean {
  const handler = (prototype as Record<string, object>)[method]!;
  return [handler, prototype.constructor].some((one) => Reflect.hasMetadata(withoutKey, one));
}

/** Puts a response schema into the envelope; refuses an envelope that could let more out. */
export function compileEnvelope(
  { property = 'data', schema, from }: Envelope,
  answer: JsonSchema,
): CompiledEnvelope {
  const beside = closedSchema(schema, 'The envelope');
  const refuse = (why: string) => problem('setup_refused', { detail: `The envelope ${why}.` });
  if (beside.type !== 'object') throw refuse('is not an object');
  if (property in beside.properties!) {
    throw refuse(
      `declares ${property}, which holds the response; declare only the other properties`,
    );
  }
  const { properties = {}, required = [] } = beside;
  // Under this name the response is checked like any other property.
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
