/** The part of JSON Schema 2020-12 used to describe views, bodies and parameters. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly default?: unknown;
  readonly deprecated?: boolean;
  readonly examples?: readonly unknown[];
  readonly title?: string;
  readonly $ref?: string;
  /** An identifier issued by another system, which may have the name of an internal id. */
  readonly 'x-external'?: boolean;
  /** The property that holds the response, for applications with an envelope. */
  readonly 'x-envelope'?: string;
  readonly anyOf?: readonly JsonSchema[];
}

/** The schema of an object with exactly these properties. */
export function closedObject(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** The same with a title, under which it is a component of the API's description. */
export function closedModel(
  title: string,
  properties: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return { title, ...closedObject(properties) };
}

/** The schema of a list. */
export function arrayOf(items: JsonSchema, description: string): JsonSchema {
  return { type: 'array', items, description };
}

/** Allows null as well; without this a serializer would print 0 or an empty string. */
export function nullable(schema: JsonSchema): JsonSchema {
  if (schema.type === undefined) return { anyOf: [schema, { type: 'null' }] };
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.includes('null')) return schema;
  const { const: only, ...rest } = schema;
  const listed = only === undefined ? schema.enum : [only];
  const values = listed === undefined ? {} : { enum: [...listed, null] };
  return { ...rest, ...values, type: [...types, 'null'] };
}
