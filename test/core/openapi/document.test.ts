import { beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { JsonSchema } from 'nest-dual-id';
import type { DescribedOperation } from './described.js';
import { describeLibrary, operationsOf } from './described.js';

let document: OpenAPIObject;
let operations: Map<string, DescribedOperation>;
beforeAll(async () => {
  document = await describeLibrary();
  operations = operationsOf(document);
});

const operation = (name: string) => operations.get(name)!;
const component = (name: string) => document.components!.schemas![name] as JsonSchema;
const parametersOf = (name: string) =>
  operation(name).parameters.map((parameter) => `${parameter.in} ${parameter.name}`);

describe('the API description', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(
      JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
    );
    expect(errors).toBeUndefined();
    expect([valid, document.openapi]).toEqual([true, '3.1.0']);
    expect(document.info).toMatchObject({ title: 'Library', version: '1.2.3' });
  });

  test('has every route, and no other', () => {
    expect([...operations.keys()].toSorted()).toEqual([
      'DELETE /books/{bookUuid}',
      'GET /authors',
      'GET /authors/{authorUuid}',
      'GET /authors/{authorUuid}/books',
      'GET /authors/{authorUuid}/books/{bookUuid}',
      'GET /authors/{authorUuid}/books/{bookUuid}/chapters',
      'GET /authors/{authorUuid}/books/{bookUuid}/chapters/{chapterUuid}',
      'GET /books',
      'GET /books/{bookUuid}',
      'GET /genres',
      'GET /genres/{genre}',
      'GET /genres/{genre}/books',
      'PATCH /books/{bookUuid}',
      'POST /authors',
      'POST /books',
      'POST /orders',
      'POST /orders/change',
      'POST /orders/special',
    ]);
  });

  test('names parameters as the server accepts them', () => {
    expect(parametersOf('GET /authors/{authorUuid}/books/{bookUuid}')).toEqual([
      'path authorUuid',
      'path bookUuid',
      'header If-None-Match',
    ]);
    expect(parametersOf('PATCH /books/{bookUuid}')).toEqual(['path bookUuid', 'header If-Match']);
    expect(parametersOf('GET /books/{bookUuid}')).toEqual([
      'path bookUuid',
      'header If-None-Match',
    ]);
    expect(parametersOf('GET /genres/{genre}/books').slice(0, 5)).toEqual([
      'path genre',
      'query limit',
      'query after',
      'query sort',
      'query authorUuid',
    ]);
    const [genre] = operation('GET /genres/{genre}').parameters;
    expect(genre!.schema).toEqual({ type: 'string' });
    const [authorUuid] = operation('GET /authors/{authorUuid}').parameters;
    expect(authorUuid).toMatchObject({
      required: true,
      schema: { type: 'string', format: 'uuid' },
    });
  });

  test('names the headers of a response: its version, and the location of something new', () => {
    const headersOf = (name: string, status: string) =>
      Object.keys(operation(name).responses[status]!.headers ?? {});
    expect(headersOf('POST /books', '201')).toEqual(['ETag', 'Location']);
    expect(headersOf('PATCH /books/{bookUuid}', '200')).toEqual(['ETag']);
    expect(headersOf('GET /books', '200')).toEqual([]);
    expect(headersOf('GET /genres/{genre}', '200')).toEqual([]);
    expect(Object.keys(operation('GET /books/{bookUuid}').responses)).toContain('304');
    expect(Object.keys(operation('GET /books').responses)).not.toContain('304');
  });

  test('describes the query of a page', () => {
    const query = new Map(operation('GET /books').parameters.map((one) => [one.name, one]));
    expect([...query.keys()]).toEqual([
      'limit',
      'after',
      'sort',
      'authorUuid',
      'editorUuid',
      'genre',
      'licenceUuid',
      'pages',
      'minPages',
      'publishedBefore',
      'authorName',
      'q',
    ]);
    expect(query.get('limit')!.schema).toMatchObject({ minimum: 1, maximum: 100, default: 20 });
    expect(query.get('sort')).toMatchObject({
      explode: false,
      schema: { type: 'array', items: { enum: expect.arrayContaining(['title', '-title']) } },
    });
    expect(query.get('publishedBefore')!.schema.format).toBe('date-time');
    expect(query.get('authorUuid')!.schema.format).toBe('uuid');
  });

  test('refers to one component for each view, page and input', () => {
    const answer = (name: string, status: string) =>
      operation(name).responses[status]!.content!['application/json']!.schema;
    expect(answer('GET /books', '200')).toEqual({ $ref: '#/components/schemas/BookSummaryPage' });
    expect(answer('POST /books', '201')).toEqual({ $ref: '#/components/schemas/BookView' });
    expect(operation('DELETE /books/{bookUuid}').responses['204']).toEqual({
      description: 'Done; there is no body.',
    });
    expect(component('BookView').properties!['author']).toEqual({
      anyOf: [{ $ref: '#/components/schemas/AuthorView' }, { type: 'null' }],
    });
    expect(component('BookView').properties!['chapters']!.items).toEqual({
      $ref: '#/components/schemas/ChapterView',
    });
    expect(component('AuthorView')).toMatchObject({ type: 'object', additionalProperties: false });
    for (const [, { responses }] of operations) {
      expect(responses['4XX']!.content).toHaveProperty(['application/problem+json']);
    }
  });

  test('names no internal id, table, column or internal class', () => {
    const text = JSON.stringify(document).replaceAll('"operationId"', '');
    expect(text).not.toMatch(
      /"\w*(?:Id|ID|_id)"|"id"|author_no|public_key|press|password|version_/,
    );
    expect(text).not.toMatch(/deletedAt|deleted_at|platform/i);
  });
});
