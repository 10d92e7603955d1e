import type { JsonSchema } from '../json-schema/json-schema.js';

/** A parameter in OpenAPI's format. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly example?: unknown;
  readonly style?: 'form';
  readonly explode?: boolean;
  readonly schema: JsonSchema;
}

/** A parameter of the query that may be left out. */
export function optionalQuery(name: string, schema: JsonSchema, description: string): Parameter {
  return { name, in: 'query', required: false, description, schema };
}
