import { isDeepStrictEqual } from 'node:util';
import { problemMediaType, problemSchema } from '../../../core/http/problem-document.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { isRecord } from '../../../core/values/record.js';
import { jsonMediaType } from '../../../core/http/media-type.js';

/** A path or query parameter of an operation. */
export interface DescribedParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** One operation of an API description. */
export interface CrawledOperation {
  /** `GET /users/{userUuid}`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly DescribedParameter[];
  readonly body: { readonly schema: JsonSchema; readonly example: unknown } | undefined;
  /** The documented 2xx response; without a schema it has no body, or one that is not JSON. */
  readonly success: { readonly status: number; readonly schema: JsonSchema | undefined };
}

/** The schema of error bodies in an application that does not use problem documents. */
export interface ErrorShape {
  readonly mediaType: string;
  readonly schema: JsonSchema;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];
/** An OpenAPI document, reduced to what a crawl needs. */
export class ApiDescription {
  readonly operations: readonly CrawledOperation[];
  /** The schema of errors, if they are not problem documents. */
  readonly errors: ErrorShape | undefined;

  constructor(readonly document: object) {
    const described = Object.values(recordAt(document, 'paths')).flatMap((item) =>
      methods.map((method) => recordAt(recordAt(item, method), 'responses')),
    );
    this.errors = described
      .flatMap((responses) => Object.entries(recordAt(recordAt(responses, '4XX'), 'content')))
      .map(([mediaType, content]) => ({ mediaType, schema: recordAt(content, 'schema') }))
      .find((shape) => !this.#isProblem(shape));
    this.operations = Object.entries(recordAt(document, 'paths')).flatMap(([path, item]) =>
      methods
        .filter((method) => isRecord(item) && isRecord(item[method]))
        .map((method) => this.#operation(path, method, recordAt(item, method))),
    );
  }

  /** The operation with a method and a path template. */
  find(method: string, path: string): CrawledOperation | undefined {
    return this.operations.find((operation) => operation.key === `${method} ${path}`);
  }

  /** Resolves a reference into the components. */
  resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema;
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return recordAt(recordAt(recordAt(this.document, 'components'), 'schemas'), name);
  }

  /** The schema behind references and nullability: the first alternative that is not null. */
  shapeOf(schema: JsonSchema): JsonSchema {
    const found = this.resolve(schema);
    if (alternativeTo(found.anyOf ?? [])) return found;
    const shape = found.anyOf?.find(({ type }) => type !== 'null');
    return shape ? this.shapeOf(shape) : found;
  }

  /** The result inside a body, if the application wraps its responses in an envelope. */
  answerIn(body: unknown, { success: { schema } }: CrawledOperation): unknown {
    const property = schema && this.shapeOf(schema)['x-envelope'];
    return property !== undefined && isRecord(body) ? body[property] : body;
  }

  #isProblem({ mediaType, schema }: ErrorShape): boolean {
    if (mediaType !== problemMediaType) return false;
    return schema.$ref === undefined || isDeepStrictEqual(this.resolve(schema), problemSchema);
  }

  #operation(path: string, method: string, operation: Record<string, unknown>): CrawledOperation {
    const content = recordAt(
      recordAt(recordAt(operation, 'requestBody'), 'content'),
      jsonMediaType,
    );
    const responses = Object.entries(recordAt(operation, 'responses'));
    const [status, response] = responses.find(([code]) => code.startsWith('2')) ?? ['200', {}];
    const answer = recordAt(recordAt(response, 'content'), jsonMediaType);
    const parameters = (operation['parameters'] ?? []) as DescribedParameter[];
    return {
      key: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters: parameters.map(({ name, in: place, required = false, schema = {} }) => ({
        name,
        in: place,
        required,
        schema,
      })),
      body: isRecord(content['schema'])
        ? { schema: content['schema'], example: content['example'] }
        : undefined,
      success: {
        status: Number(status),
        schema: isRecord(answer['schema']) ? answer['schema'] : undefined,
      },
    };
  }
}

/** The parameters of an operation in one place. */
export function parametersIn(
  operation: CrawledOperation,
  place: 'path' | 'query',
): readonly DescribedParameter[] {
  return operation.parameters.filter((parameter) => parameter.in === place);
}

/** Whether a schema describes a public id, which may have a deprecated alternative. */
export function describesUuid({ format, anyOf = [] }: JsonSchema): boolean {
  return format === 'uuid' || (anyOf.length > 1 && alternativeTo(anyOf) !== undefined);
}

/** Whether a schema accepts a value in place of a public id for a time. */
export function acceptsInstead({ anyOf = [] }: JsonSchema, value: unknown): boolean {
  const { pattern, type } = alternativeTo(anyOf) ?? {};
  if (pattern === undefined) return false;
  const isTyped = typeof value === 'string' || [type].flat().includes('integer');
  return isTyped && new RegExp(pattern).test(String(value));
}

function alternativeTo([first, second]: readonly JsonSchema[]): JsonSchema | undefined {
  return first?.format === 'uuid' && second?.deprecated ? second : undefined;
}

/** Whether a schema allows a type. */
export function allows(schema: JsonSchema, type: string): boolean {
  return [schema.type].flat().includes(type);
}

/** Whether an operation returns pages: `{ items, nextCursor }`. */
export function isPage(operation: CrawledOperation): boolean {
  return operation.method === 'GET' && operation.parameters.some(({ name }) => name === 'after');
}

function recordAt(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}
