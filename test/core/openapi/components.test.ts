import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { describe, expect, test } from '@jest/globals';
import type { JsonSchema } from 'nest-dual-id';
import { Describe, PlainParam, ReturnsSchema } from 'nest-dual-id';
import { Components } from '../../../src/core/openapi/components.js';
import { describeLibrary, operationsOf } from './described.js';

const named = (title: string, properties: JsonSchema['properties'] = {}): JsonSchema => ({
  title,
  type: 'object',
  properties,
});

describe('the components of a description', () => {
  test('keep one schema per title, however deep it is found and whether it may be null', () => {
    const components = new Components();
    const inner = named('Inner', { n: { type: 'integer' } });
    const outer = named('Outer', { list: { type: 'array', items: inner }, one: inner });
    expect(components.place(outer)).toEqual({ $ref: '#/components/schemas/Outer' });
    expect(components.place({ ...inner, type: ['object', 'null'] })).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Inner' }, { type: 'null' }],
    });
    expect(components.schemas).toEqual({
      Inner: { type: 'object', properties: { n: { type: 'integer' } } },
      Outer: {
        type: 'object',
        properties: {
          list: { type: 'array', items: { $ref: '#/components/schemas/Inner' } },
          one: { $ref: '#/components/schemas/Inner' },
        },
      },
    });
  });

  test('keep the type of a list that has a title', () => {
    const components = new Components();
    components.place({ title: 'List', type: 'array', items: { type: 'string' } });
    expect(components.schemas['List']!.type).toBe('array');
  });

  test.each(['constructor', 'toString', '__proto__'])('keep a schema called %s', (title) => {
    const components = new Components();
    components.place(named(title, { a: { type: 'string' } }));
    expect(Object.keys(components.schemas)).toEqual([title]);
    expect(() => components.place(named(title))).toThrow('Two schemas of the API are called');
  });

  test('refuse two schemas with one title', () => {
    const components = new Components();
    components.place(named('Item', { a: { type: 'string' } }));
    components.place(named('Item', { a: { type: 'string' } }));
    expect(() => components.place(named('Item', { b: { type: 'string' } }))).toThrow(
      'Two schemas of the API are called Item; rename one of the views or inputs',
    );
  });
});

const schema: JsonSchema = { type: 'object', properties: {} };

@Controller('extra')
class ExtraController {
  @Post() @HttpCode(202) @ReturnsSchema(schema) accept() {}
  @Get() @ReturnsSchema(schema) search(@Query('near') _near: string) {}
}

@Controller('odd')
class OddController {
  @Describe({ summary: 'Look', description: 'Looks.', parameters: {} })
  @Get(':constructor')
  @ReturnsSchema(schema)
  look(@PlainParam('constructor') _name: string) {}
}

test('the description takes no name for something that every object inherits', async () => {
  const operations = operationsOf(await describeLibrary([OddController]));
  const { parameters } = operations.get('GET /odd/{constructor}')!;
  expect(parameters).toEqual([
    { name: 'constructor', in: 'path', required: true, schema: { type: 'string' } },
  ]);
});

test('the description shows the status and the query of a custom handler', async () => {
  const operations = operationsOf(await describeLibrary([ExtraController]));
  expect(Object.keys(operations.get('POST /extra')!.responses)).toEqual(['202', '4XX', '5XX']);
  expect(operations.get('GET /extra')!.parameters).toMatchObject([{ name: 'near', in: 'query' }]);
});
