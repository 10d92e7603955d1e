import type { JsonSchema } from '../json-schema/json-schema.js';

/** An entity tag: the version of what is returned, and a hash of it. */
export const entityTagSchema: JsonSchema = { type: 'string', examples: ['"7-9f2c4e1ab03d5c68"'] };
