import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiBearerAuth, ApiParam, ApiProperty, ApiQuery, DocumentBuilder } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Bind, Field, openApiOf, Returns, ReturnsSchema, View } from 'nest-dual-id';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { WorksController, WriterView } from './decorated.js';
import type { DescribedOperation } from './described.js';
import { operationsOf } from './described.js';

let library: Library;
let document: OpenAPIObject;
beforeAll(async () => {
  library = await openLibrary();
  document = await documentOf([WorksController], head().build());
});
afterAll(() => library.close());

const head = () =>
  new DocumentBuilder()
    .setTitle('Works')
    .setVersion('2')
    .setLicense('MIT', 'https://example.org/mit')
    .addServer('https://api.example.org', 'production')
    .addTag('Works', 'What was written.')
    .addBearerAuth()
    .addApiKey({ type: 'apiKey', name: 'X-Key', in: 'header' }, 'key');

async function documentOf(
  controllers: (new (...args: never[]) => object)[],
  info: Parameters<typeof openApiOf>[1],
): Promise<OpenAPIObject> {
  const { url } = library;
  const api = await startApi({ url, entities: libraryEntities, controllers });
  try {
    return await openApiOf(api.app, info);
  } finally {
    await api.close();
  }
}

const refusal = (controller: new (...args: never[]) => object, info = head().build()) =>
  documentOf([controller], info).then(
    () => 'It is described.',
    (error: Error) => error.message,
  );
const operation = (name: string) =>
  operationsOf(document).get(name) as DescribedOperation & Record<string, unknown>;
const model = (name: string) => document.components!.schemas![name] as Record<string, never>;
const parameter = (of: string, name: string) =>
  operation(of).parameters.find((one) => one.name === name);

describe('the description from @nestjs/swagger decorators', () => {
  test('is valid OpenAPI 3.1 with servers, license, tags and security schemes', async () => {
    const copy = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
    expect((await new Validator().validate(copy)).errors).toBeUndefined();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Works', version: '2', license: { name: 'MIT' } },
      servers: [{ url: 'https://api.example.org', description: 'production' }],
      tags: [{ name: 'Works', description: 'What was written.' }],
      components: { securitySchemes: { bearer: { scheme: 'bearer' }, key: { type: 'apiKey' } } },
    });
  });

  test('is in the operation: tags, summary, name, security, headers', () => {
    expect(operation('GET /works')).toMatchObject({
      tags: ['Works'],
      summary: 'Finds works',
      operationId: 'findWorks',
      deprecated: true,
      security: [{ bearer: [] }],
    });
    expect(operation('POST /works')['security']).toContainEqual({ key: [] });
    expect(parameter('GET /works', 'X-Tenant')).toMatchObject({
      in: 'header',
      required: true,
      description: 'Whose works.',
    });
    expect(parameter('GET /works', 'near')).toMatchObject({ description: 'Near which town.' });
    expect(parameter('GET /works', 'count')).toMatchObject({ description: 'How many.' });
    expect(operationsOf(document).has('PATCH /works/hidden')).toBe(false);
  });

  test('describes parameters, with the schemas of the route', () => {
    expect(parameter('GET /works/{workUuid}', 'workUuid')).toEqual({
      name: 'workUuid',
      in: 'path',
      required: true,
      description: 'Of the work.',
      example: '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
      schema: { type: 'string', format: 'uuid' },
    });
    const headers = operation('GET /works/{workUuid}').parameters.filter(
      (one) => one.in === 'header',
    );
    expect(headers).toMatchObject([{ name: 'If-None-Match', description: 'What is known.' }]);
  });

  test('describes responses, with the bodies of the view and of problems', () => {
    const { responses } = operation('GET /works/{workUuid}');
    expect(responses['200']).toMatchObject({
      description: 'The work.',
      headers: { 'X-Left': { description: 'Calls left.' }, ETag: {} },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/WorkView' } } },
    });
    const problem = { 'application/problem+json': expect.anything() };
    expect(responses['404']).toEqual({ description: 'No such work.', content: problem });
    expect(responses['402']).toEqual({ description: 'Pay first.', content: problem });
    expect(operation('GET /works/text').responses['200']).toEqual({
      description: 'Text.',
      content: { 'text/plain': {} },
    });
  });

  test('describes bodies, with all that the library reads of them', () => {
    expect(operation('POST /works')['requestBody']).toMatchObject({
      description: 'The new work.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewWork' } } },
    });
    expect(operation('POST /works/files')['requestBody']).toMatchObject({
      content: { 'multipart/form-data': { schema: { $ref: '#/components/schemas/Upload' } } },
    });
    expect(model('Upload')).toMatchObject({ properties: { file: { format: 'binary' } } });
  });

  test('describes properties, with the types and rules of the view and the input', () => {
    expect(model('WriterView')['properties']).toEqual({
      uuid: {
        type: 'string',
        format: 'uuid',
        description: 'Never changes.',
        examples: ['0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e'],
      },
      name: {
        type: 'string',
        description: 'As on the cover.',
        deprecated: true,
        examples: ['Ada'],
      },
    });
    expect(model('WorkView')).toMatchObject({
      properties: {
        title: { type: 'string' },
        author: {
          anyOf: [{ $ref: '#/components/schemas/WriterView' }, { type: 'null' }],
          description: 'Who wrote it.',
        },
        editor: { description: 'Who edited it.' },
      },
      required: ['uuid', 'title', 'author', 'editor'],
    });
    expect(model('NewWork')['properties']).toMatchObject({
      title: { type: 'string', description: 'The title.', examples: ['Notes'] },
      sender: { description: 'From where.' },
    });
    const body = operation('POST /works').requestBody!.content['application/json']!;
    expect(body.example).toEqual({ title: 'Notes', sender: { city: 'Berlin' } });
    const answer = operation('GET /works/{workUuid}').responses['200']!.content!;
    expect(answer['application/json']!.example).toMatchObject({ author: { name: 'Ada' } });
  });
});

describe('a decorator that contradicts the route is refused:', () => {
  const schema = { type: 'object', properties: {} } as const;

  test('a query parameter that the route refuses', async () => {
    @Controller('things')
    class Asking {
      @Get() @ApiQuery({ name: 'after' }) @ReturnsSchema(schema) ask() {}
    }
    expect(await refusal(Asking)).toContain(
      "GET /things describes after in its query but refuses it. Take it with @Query('after')",
    );
  });

  test('an example of a public id that is a number', async () => {
    @Controller('things')
    class Numbered {
      @Get(':authorUuid')
      @ApiParam({ name: 'authorUuid', example: 42 })
      @Returns(WriterView)
      get(@Bind('authorUuid', WriterView) author: WriterView) {
        return author;
      }
    }
    expect(await refusal(Numbered)).toContain(
      'The example of authorUuid of GET /things/:authorUuid',
    );
    @View(Author, { name: 'Numbered' })
    class NumberedView {
      @ApiProperty({ example: 42 }) @Field() uuid!: string;
    }
    @Controller('things')
    class Shown {
      @Get(':authorUuid')
      @Returns(NumberedView)
      get(@Bind('authorUuid', NumberedView) author: NumberedView) {
        return author;
      }
    }
    expect(await refusal(Shown)).toContain('The example of NumberedView.uuid does not match');
  });

  test('a security scheme that the builder does not have', async () => {
    @Controller('things')
    class Guarded {
      @Get() @ApiBearerAuth('staff') @ReturnsSchema(schema) get() {}
    }
    expect(await refusal(Guarded)).toContain('requires the security scheme staff');
    const info = { title: 'Things', version: '1' } as never;
    expect(await refusal(Guarded, info)).toBe('It is described.');
  });
});
