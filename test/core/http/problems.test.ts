import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { HttpResponse, Sent } from '../../support/http-client.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { failingControllers } from './failing.controller.js';

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  api = await startApi({
    url: library.url,
    entities: libraryEntities,
    controllers: failingControllers,
  });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

function expectProblem(answer: HttpResponse, status: number, code: string): void {
  const { body, headers, text } = answer;
  expect([answer.status, body.status, body.code]).toEqual([status, status, code]);
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(body.type).toBe(`urn:nest-dual-id:error:${code}`);
  expect(body.title).toEqual(expect.any(String));
  expect(body.detail).toMatch(/\.$/);
  expect(text).not.toMatch(/secret|77000|SELECT|stack|\.js/);
}

describe('an error in a handler is a problem that reveals nothing internal', () => {
  test.each<[string, number, string]>([
    ['plain', 500, 'internal'],
    ['thrown', 500, 'internal'],
    ['nothing', 500, 'internal'],
    ['query', 500, 'internal'],
    ['statement', 500, 'internal'],
    ['typeorm', 404, 'not_found'],
    ['gateway', 500, 'internal'],
    ['redirect', 500, 'internal'],
    ['broken', 500, 'internal'],
    ['unavailable', 503, 'unavailable'],
    ['plugin', 429, 'too_many_requests'],
    ['retry', 429, 'too_many_requests'],
    ['misused', 500, 'internal'],
    ['own-misuse', 409, 'misuse'],
    ['set-up', 500, 'internal'],
    ['locked', 500, 'internal'],
    ['outdated', 500, 'internal'],
    ['newer', 500, 'internal'],
    ['bad', 400, 'bad_request'],
    ['unauthorized', 401, 'unauthenticated'],
    ['missing', 404, 'not_found'],
    ['conflict', 409, 'conflict'],
    ['payment', 402, 'bad_request'],
    ['teapot', 418, 'bad_request'],
  ])('%s is %d %s', async (path, status, code) => {
    expectProblem(await api.get(`/fail/${path}`), status, code);
  });

  test('with all of a misuse in the log', async () => {
    const lines: string[] = [];
    const logger = { error: (line: string) => lines.push(line), warn: () => 0, log: () => 0 };
    api.app.useLogger(logger);
    await api.get('/fail/misused');
    api.app.useLogger(false);
    expect(lines.join('\n')).toMatch(
      /misuse at GET \/fail\/misused: .*row 7700000000000 of secret_table\. Correct the call\./,
    );
  });

  test('without the message of an HttpException, which may quote anything', async () => {
    expect((await api.get('/fail/bad')).body.detail).toBe(
      'The request is malformed. Compare it with the API description.',
    );
  });

  test('with Retry-After if a retry makes sense', async () => {
    expect((await api.get('/fail/retry')).headers['retry-after']).toBe('7');
  });

  test('unless the response is in progress, which then breaks off', async () => {
    await expect(api.get('/fail/midway')).rejects.toThrow('aborted');
    expect((await api.get('/fail/bad')).status).toBe(400);
  });
});

describe('a server error is a problem', () => {
  const post = (sent: Sent) => api.ask('POST', '/fail/body', sent);
  const typed = (type: string, body: string) => post({ body, headers: { 'content-type': type } });

  test.each<[string, () => Promise<HttpResponse>, number, string]>([
    ['no route', () => api.get('/nowhere?id=7700000000000'), 404, 'route_not_found'],
    ['another method', () => api.ask('DELETE', '/fail/body'), 405, 'method_not_allowed'],
    ['a bad address', () => api.get('/fail/%zz'), 400, 'bad_request'],
    ['a long parameter', () => api.get(`/${'x'.repeat(9000)}`), 404, 'route_not_found'],
    ['no JSON', () => post({ body: '{"name":' }), 400, 'malformed_json'],
    ['an empty body', () => post({ body: '' }), 400, 'malformed_json'],
    ['a prototype in JSON', () => post({ body: '{"__proto__":{"x":1}}' }), 400, 'malformed_json'],
    [
      'a constructor',
      () => post({ body: '{"constructor":{"prototype":{}}}' }),
      400,
      'malformed_json',
    ],
    ['another media type', () => typed('application/xml', '<x/>'), 415, 'unsupported_media_type'],
    ['a text that is no JSON', () => typed('text/plain', 'x'), 415, 'unsupported_media_type'],
    ['no media type', () => typed('', 'x'), 415, 'unsupported_media_type'],
    ['a large body', () => post({ body: { name: 'x'.repeat(2_000_000) } }), 413, 'body_too_large'],
    ['no body', () => post({}), 400, 'invalid_body'],
    ['a list for a body', () => post({ body: [] }), 400, 'invalid_body'],
    ['a text for a body', () => post({ body: '"text"' }), 400, 'invalid_body'],
    ['null for a body', () => post({ body: 'null' }), 400, 'invalid_body'],
  ])('%s', async (_what, ask, status, code) => {
    expectProblem(await ask(), status, code);
  });

  test('after which it still serves', async () => {
    expect((await api.ask('POST', '/fail/body', { body: { name: 'x' } })).status).toBe(201);
  });
});
