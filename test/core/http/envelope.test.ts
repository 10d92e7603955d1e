import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { JsonSchema } from 'nest-dual-id';
import { openApiOf } from 'nest-dual-id';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { RegistryModule } from 'nest-dual-id/registry';
import type { Api, ApiParts } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import { capturingLog } from '../../../src/features/testing/log-capture.js';
import { BareController, envelope, WrappedController, WrappingInterceptor } from './wrapping.js';

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  api = await startApi(parts());
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const parts = (more: Partial<ApiParts> = {}): ApiParts => ({
  url: library.url,
  entities: libraryEntities,
  controllers: [WrappedController, BareController],
  imports: [IdempotencyModule.forRoot({ caller: 'everyone' }), RegistryModule.forRoot()],
  options: { envelope },
  ...more,
});
const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
});
const meta = (path: string) => ({ path, count: expect.any(Number) });

describe('a response in an envelope', () => {
  test('is a view, a page or a list, with only what the envelope declares', async () => {
    const { uuid } = await anAuthor(library);
    const one = await api.get(`/authors/${uuid}`);
    expect(one.body).toEqual({
      data: expect.objectContaining({ uuid, name: 'Ada' }),
      meta: meta('/authors/:authorUuid'),
    });
    const page = await api.get('/authors?limit=1');
    expect(page.body).toEqual({
      data: { items: [expect.objectContaining({ name: 'Ada' })], nextCursor: null },
      meta: meta('/authors'),
    });
    const list = await api.get('/authors/names');
    expect(list.body).toEqual({ data: [{ name: 'Ada' }], meta: meta('/authors/names') });
    for (const { text, headers } of [one, page, list]) {
      expect(showsInternalId(text)).toBe(false);
      expect(headers['content-type']).toContain('application/json');
    }
  });

  test('has an ETag that the rest of the envelope does not change', async () => {
    const path = `/authors/${(await anAuthor(library)).uuid}`;
    const { etag } = (await api.get(path)).headers;
    const ask = (method: string, header: string, tag = etag!, body?: object) =>
      api.ask(method, path, { headers: { [header]: tag }, body });
    expect((await ask('GET', 'if-none-match')).status).toBe(304);
    const changed = await ask('PATCH', 'if-match', etag!, { name: 'Grace' });
    expect([changed.status, changed.body.data]).toMatchObject([200, { name: 'Grace' }]);
    expect((await ask('GET', 'if-none-match')).status).toBe(200);
    expect((await ask('PATCH', 'if-match', etag!, { name: 'Eve' })).status).toBe(412);
    const head = await api.ask('HEAD', path);
    expect([head.status, head.headers.etag]).toEqual([200, changed.headers.etag]);
  });

  test('is created with its Location, and once for each key', async () => {
    const sent = { body: { name: 'Ada' }, headers: { 'idempotency-key': 'one' } };
    const first = await api.ask('POST', '/authors', sent);
    const again = await api.ask('POST', '/authors', sent);
    const data = first.body.data as { uuid: string };
    expect([first.status, first.headers.location]).toEqual([201, `/authors/${data.uuid}`]);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(again.body).toEqual({ data, meta: meta('/authors') });
    expect([again.headers.location, again.headers.etag]).toEqual([
      first.headers.location,
      first.headers.etag,
    ]);
  });

  test('is not a problem, an empty response or a route that opted out', async () => {
    const { status, body } = await api.get('/authors/broken');
    expect([status, body.code, body.meta]).toEqual([409, 'conflict', undefined]);
    expect((await api.get('/authors/1')).body.code).toBe('malformed_public_id');
    expect(await api.get('/authors/nothing')).toMatchObject({ status: 204, text: '' });
    expect((await api.get('/authors/bare')).body).toEqual({ name: 'Ada' });
    expect((await api.get('/bare')).body).toEqual({ name: 'Ada' });
    const { uuid } = await anAuthor(library);
    expect((await api.get(`/resolve/${uuid}`)).body).toMatchObject({ uuid, type: 'author' });
  });

  test('is described with the envelope', async () => {
    const { paths, components } = await openApiOf(api.app, { title: 'Library', version: '1' });
    const schemas = components!.schemas as Record<string, JsonSchema>;
    const content = (path: string) =>
      (paths[path] as never as Described).get.responses['200'].content['application/json'];
    const { schema, example } = content('/authors/{authorUuid}');
    expect(schema).toEqual({ $ref: '#/components/schemas/AuthorViewEnvelope' });
    expect(schemas['AuthorViewEnvelope']).toMatchObject({
      properties: { data: { $ref: '#/components/schemas/AuthorView' }, meta: { type: 'object' } },
      required: ['data', 'meta'],
      additionalProperties: false,
    });
    expect(example).toMatchObject({ data: { name: expect.any(String) }, meta: { count: 3 } });
    expect(content('/authors').schema).toEqual({
      $ref: '#/components/schemas/AuthorViewPageEnvelope',
    });
    expect(content('/bare').schema).not.toHaveProperty('properties.data');
  });
});

describe('an undeclared envelope', () => {
  const wraps = { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor };

  test.each([
    [
      'has none',
      {},
      'Declare the envelope instead: DualIdModule.forRoot({ envelope: { schema, from } }).',
    ],
    [
      'has another',
      { envelope },
      'The option `envelope` of DualIdModule.forRoot does that already',
    ],
  ])('is refused with a hint at the option if the module %s', async (_what, options, cure) => {
    const { uuid } = await anAuthor(library);
    const wrapped = await startApi(parts({ options, providers: [wraps] }));
    const { lines } = await capturingLog(async () => {
      for (const path of [`/authors/${uuid}`, '/authors', '/authors/names']) {
        expect((await wrapped.get(path)).body.code).toBe('internal');
      }
    });
    await wrapped.close();
    expect(lines.filter((line) => line.includes(cure))).toHaveLength(3);
  });
});

test.each<[string, () => unknown]>([
  ['a promise', () => Promise.resolve({ meta: { path: '', count: 1 } })],
  ['undefined', () => undefined],
  ['null', () => null],
  ['a list', () => [{ path: '', count: 1 }]],
  ['string', () => 'meta'],
])('an envelope that is %s is a 500, which is logged', async (what, from) => {
  const options = { envelope: { schema: object({ note: { type: 'string' } }), from } as never };
  const other = await startApi(parts({ options }));
  const { lines } = await capturingLog(async () => {
    expect((await other.get('/authors/names')).body.code).toBe('internal');
  });
  await other.close();
  expect(lines.join()).toContain(
    `\`from\` of the option \`envelope\` returned ${what} instead of an object.`,
  );
});

describe('an envelope is refused that', () => {
  test.each<[string, JsonSchema, string]>([
    ['has an internal id inside', object({ userId: { type: 'string' } }), 'the property userId'],
    ['is open', { type: 'object' }, 'without declared properties'],
    ['declares the answer itself', object({ data: object({}) }), 'declares data'],
    ['is a list', { type: 'array', items: object({}) }, 'is not an object'],
  ])('%s', async (_what, schema, why) => {
    const options = { envelope: { schema, from: () => ({}) } };
    const refusal = await refusalOf(parts({ options }));
    expect(refusal).toContain('The envelope');
    expect(refusal).toContain(why);
  });

  test('holds the response under the name of an internal id', async () => {
    const options = { envelope: { ...envelope, property: 'dataId' } };
    expect(await refusalOf(parts({ options }))).toContain('the property dataId');
  });
});

interface Described {
  get: {
    responses: { '200': { content: { 'application/json': { schema: object; example: object } } } };
  };
}
