import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { JsonSchema } from 'nest-dual-id';
import { exampleOf } from '../../../src/core/openapi/example.js';
import { describeLibrary, operationsOf } from './described.js';

interface Ajv {
  addSchema(schema: object): void;
  compile(schema: object): { (data: unknown): boolean; errors?: unknown };
}

const load = createRequire(import.meta.url);
const { default: AjvClass } = load('ajv/dist/2020.js') as { default: new (options: object) => Ajv };
const addFormats = load('ajv-formats') as (ajv: Ajv) => void;

let document: OpenAPIObject;
let ajv: Ajv;
beforeAll(async () => {
  document = await describeLibrary();
  ajv = new AjvClass({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', ...document });
});

function complaints(schema: JsonSchema, value: unknown): unknown {
  const absolute = JSON.stringify(schema).replaceAll('"#/', '"document#/');
  const validate = ajv.compile(JSON.parse(absolute) as object);
  return validate(value) ? undefined : validate.errors;
}

describe('an example', () => {
  test('of an input or a response satisfies its schema', () => {
    let seen = 0;
    for (const [name, { requestBody, responses }] of operationsOf(document)) {
      for (const part of [requestBody, ...Object.values(responses)]) {
        const { schema, example } = part?.content?.['application/json'] ?? {};
        if (!schema) continue;
        expect([name, example]).toEqual([name, expect.anything()]);
        expect([name, complaints(schema, example)]).toEqual([name, undefined]);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(20);
  });

  test.each<[JsonSchema]>([
    [{ type: 'integer' }],
    [{ type: 'integer', maximum: 2 }],
    [{ type: 'integer', minimum: 10 }],
    [{ type: 'number', exclusiveMinimum: 7 }],
    [{ type: 'string', minLength: 20 }],
    [{ type: 'string', maxLength: 2 }],
    [{ type: 'string', pattern: '^[A-Z]{3}$' }],
    [{ type: 'string', pattern: String.raw`^\d+$` }],
    [{ type: 'string', pattern: '^[a-z]+(-[a-z]+)*$', maxLength: 10 }],
    [{ type: ['string', 'null'], format: 'uri' }],
    [{ type: 'string', format: 'email' }],
    [{ type: 'string', format: 'date' }],
    [{ enum: ['x'] }],
    [{ const: 7 }],
    [{ type: 'boolean' }],
    [{ type: 'array', items: { type: 'string' }, minItems: 3 }],
    [{ type: 'array', items: { type: 'string' }, maxItems: 0 }],
    [{ type: 'string', examples: ['own'] }],
    [{ type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }],
  ])('of the schema %j satisfies it', (schema) => {
    const example = exampleOf(schema);
    expect(example).toBeDefined();
    expect(complaints(schema, example)).toBeUndefined();
  });

  const beyond: JsonSchema = { type: 'string', pattern: '^[0-9]{3}-[A-Z]{9}$' };
  test('is absent rather than wrong', () => {
    expect(exampleOf(beyond)).toBeUndefined();
    expect(exampleOf({ type: 'array', items: beyond, minItems: 1 })).toBeUndefined();
    expect(exampleOf({ type: 'array', items: beyond })).toEqual([]);
    expect(exampleOf({ type: 'object', properties: { beyond } })).toEqual({});
    const closed: JsonSchema = { type: 'object', properties: { beyond }, required: ['beyond'] };
    expect(exampleOf(closed)).toBeUndefined();
    expect(exampleOf(closed, { beyond: '123-ABCDEFGHI' })).toEqual({ beyond: '123-ABCDEFGHI' });
  });
});
