import type { FastifyRequest } from 'fastify';
import type { JsonSchema } from '../json-schema/json-schema.js';

/** What wraps every response of an application: `{ data, meta }`. */
export interface Envelope {
  /** The property that holds the response; `data` by default. */
  readonly property?: string;
  /** The schema of the rest: a closed object, such as one with the property `meta`. */
  readonly schema: JsonSchema;
  /** Makes the rest of the envelope. The answer is what the handler returned, unchanged. */
  readonly from: (request: FastifyRequest, answer: unknown) => object;
}
