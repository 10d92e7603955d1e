import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api, ApiParts } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';
import { expectSealed, MeddledController, text } from './meddled.controller.js';

const id = '7700000000000';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

type Writer = (response: ServerResponse) => unknown;

/** Runs work against an application whose middleware answers every request like this. */
async function writtenBy(writer: Writer, work: (api: Api) => Promise<void>): Promise<void> {
  const parts: ApiParts = {
    url: library.url,
    entities: libraryEntities,
    controllers: [MeddledController],
    prepare: (app) =>
      void app.use((_: IncomingMessage, response: ServerResponse) => writer(response)),
  };
  const api = await startApi(parts);
  await work(api).finally(() => api.close());
}

const written = (writer: Writer) =>
  writtenBy(writer, async (api) => expectSealed(await api.get('/plain')));

function headed(headers: unknown): Writer {
  return (response) => response.writeHead(302, headers as string[]).end();
}

describe('a head is searched for internal ids in every form that Node takes', () => {
  test.each<[string, unknown]>([
    ['an object', { LOCATION: `/authors/${id}` }],
    ['a flat list', ['Location', `/authors/${id}`]],
    ['a flat list with a name twice', ['Set-Cookie', `userId=${id}`, 'Set-Cookie', 'a=b']],
    ['a flat list with a list as a value', ['Set-Cookie', ['a=b', `userId=${id}`]]],
    ['a list of pairs', [['Location', `/authors/${id}`]]],
    [
      'pairs with a name twice',
      [
        ['Set-Cookie', `userId=${id}`],
        ['Set-Cookie', 'a=b'],
      ],
    ],
    ['pairs with a list as a value', [['Set-Cookie', ['a=b', `userId=${id}`]]]],
  ])('%s', (_form, headers) => written(headed(headers)));

  test('headers that were set or added before', async () => {
    await written((response) =>
      response
        .setHeaders(new Headers([['x-author-id', id]]))
        .writeHead(204)
        .end(),
    );
    await written((response) =>
      response.appendHeader('Set-Cookie', 'a=b').appendHeader('Set-Cookie', `userId=${id}`).end(),
    );
  });

  test('headers that replace an invalid head', () =>
    written((response) => {
      response.writeHead(204, { 'x-note': 'a\nb' });
      response.setHeader('x-author-id', id);
      response.end();
    }));
});

test('an invalid head becomes a 500 without anything of it', () =>
  written((response) => response.writeHead(204, { 'x-note': `a\n${id}` }).end()));

test.each<[string, Writer]>([
  [
    'early hints',
    (response) => response.writeEarlyHints({ link: `</authors/${id}>; rel=preload` }),
  ],
  [
    'early hints beside the link',
    (response) => response.writeEarlyHints({ link: '</a>; rel=preload', 'x-author-id': id }),
  ],
  ['trailers', (response) => response.addTrailers({ 'x-author-id': id })],
  ['trailers in pairs', (response) => response.addTrailers([['x-author-id', id]] as never)],
])('%s with an internal id are left out', (_what, add) =>
  writtenBy(
    (response) => {
      response.setHeader('Transfer-Encoding', 'chunked');
      add(response);
      response.end();
    },
    async (api) => {
      const bytes = 'GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      const { ended } = await rawConnection(await api.app.getUrl(), bytes);
      const all = await ended;
      expect(all).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(all).not.toContain(id);
    },
  ),
);

test('early hints and trailers without one are sent', () =>
  writtenBy(
    (response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.setHeader('Transfer-Encoding', 'chunked');
      response.addTrailers({ 'x-checksum': '12' });
      response.end();
    },
    async (api) => {
      const bytes = 'GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      const { ended } = await rawConnection(await api.app.getUrl(), bytes);
      const all = await ended;
      expect(all).toContain('103 Early Hints\r\nLink: </style.css>; rel=preload');
      expect(all).toContain('\r\n0\r\nx-checksum: 12\r\n');
    },
  ));

describe('who writes a response that is refused', () => {
  const called = (
    write: (response: ServerResponse, done: (error?: unknown) => void) => unknown,
  ) => {
    let tell: (error?: unknown) => void;
    const told = new Promise<unknown>((resolve) => (tell = resolve));
    return writtenBy(
      (response) => write(response, tell),
      async (api) => {
        expectSealed(await api.get('/plain'));
        await told;
      },
    );
  };

  test('is called back by end, whichever argument the callback is', async () => {
    await called((response, done) => response.end(text, done));
    await called((response, done) => response.end(text, 'utf8', done));
    await called((response, done) => {
      response.write(text);
      response.end(done);
    });
  });

  test('is called back by write with an error', async () => {
    const failing = (done: () => void) => (error: unknown) => {
      if (error instanceof Error) done();
    };
    await called((response, done) => response.write(text, failing(done)));
    await called((response, done) => response.write(text, 'utf8', failing(done)));
  });

  test('is told to wait, so that no loop goes on for ever', () =>
    called((response, done) => {
      let count = 0;
      while (response.write(text)) if (++count > 1_000) throw new Error('It goes on.');
      done();
    }));
});
