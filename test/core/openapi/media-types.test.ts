import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { IsString } from 'class-validator';
import { Accepts, openApiOf, ReturnsNothing } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import type { DescribedOperation } from './described.js';
import { operationsOf } from './described.js';

const form = 'application/x-www-form-urlencoded';

class Order {
  @IsString() title!: string;
}

class Upload {
  @ApiProperty({ type: 'string', format: 'binary' }) file!: unknown;
}

@Controller()
class SendingController {
  @Post('orders')
  @Accepts(form, 'application/json')
  @ApiResponse({ status: 409, description: 'Sold out.' })
  @ReturnsNothing()
  order(@Body() _order: Order) {}

  @Post('files')
  @Accepts('multipart/form-data')
  @ApiBody({ type: Upload, description: 'A file.' })
  @ReturnsNothing()
  upload() {}

  @Post('bytes')
  @Accepts('application/octet-stream')
  @ReturnsNothing()
  bytes() {}

  @Post('texts')
  @ApiConsumes('text/plain')
  @ApiBody({ type: Upload })
  @ReturnsNothing()
  text() {}
}

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

async function describeWith(options: DualIdModuleOptions) {
  const controllers = [SendingController];
  const api = await startApi({ url: database.url, entities: [], controllers, options });
  try {
    const document = await openApiOf(api.app, { title: 'Sending', version: '1' });
    const copy = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
    expect((await new Validator().validate(copy)).errors).toBeUndefined();
    return { document, operations: operationsOf(document) };
  } finally {
    await api.close();
  }
}

const bodyOf = ({ requestBody }: DescribedOperation) => requestBody as object;

describe('the media types of a body', () => {
  test('are those that its route accepts', async () => {
    const { operations } = await describeWith({});
    const of = (name: string) => bodyOf(operations.get(name)!);
    const order = { schema: { $ref: '#/components/schemas/Order' }, example: { title: 'text' } };
    expect(of('POST /orders')).toEqual({
      required: true,
      content: { [form]: order, 'application/json': order },
    });
    expect(of('POST /files')).toEqual({
      required: true,
      description: 'A file.',
      content: { 'multipart/form-data': { schema: { $ref: '#/components/schemas/Upload' } } },
    });
    expect(of('POST /bytes')).toEqual({ content: { 'application/octet-stream': {} } });
    // It takes JSON, whatever its decorators say.
    expect(Object.keys((of('POST /texts') as { content: object }).content)).toEqual([
      'application/json',
    ]);
  });
});

describe('errors are described', () => {
  const reason = { type: 'object', properties: { reason: { type: 'string' } } } as const;
  const from = () => ({ reason: 'none' });
  const described = async (options: DualIdModuleOptions) => {
    const { document, operations } = await describeWith(options);
    const { responses } = operations.get('POST /orders')!;
    const contents = ['409', '4XX', '5XX'].map((status) => responses[status]!.content);
    expect(new Set(contents.map((content) => JSON.stringify(content))).size).toBe(1);
    return { content: contents[0], schemas: document.components!.schemas! };
  };

  test('as problems', async () => {
    const { content, schemas } = await described({});
    const schema = { $ref: '#/components/schemas/Problem' };
    expect(content).toEqual({ 'application/problem+json': { schema } });
    expect(schemas['Problem']).toMatchObject({ required: expect.arrayContaining(['code']) });
  });

  test.each([
    ['Error', 'application/json', { schema: reason, from }],
    [
      'Refusal',
      'text/json',
      { schema: { ...reason, title: 'Refusal' }, from, mediaType: 'text/json' },
    ],
  ])('as the output of errorFormat, %s in %s', async (title, type, errorFormat) => {
    const { content, schemas } = await described({ errorFormat });
    expect(content).toEqual({ [type]: { schema: { $ref: `#/components/schemas/${title}` } } });
    expect(schemas[title]).toEqual(reason);
    expect(schemas).not.toHaveProperty('Problem');
  });
});
