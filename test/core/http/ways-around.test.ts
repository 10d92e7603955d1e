import { Readable } from 'node:stream';
import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Returns, ReturnsPage, ReturnsSchema } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

const secret = JSON.stringify({ id: '7700000000000' });
const streams: Readable[] = [];

function stream(): Readable {
  const made = Readable.from([secret]);
  streams.push(made);
  return made;
}

/** Handlers whose responses no serializer would see; their types do not reveal that. */
@Controller()
class EvasiveController {
  @Get('text')
  @Returns(AuthorView)
  text() {
    return secret as unknown;
  }

  @Get('typed-text')
  @Header('Content-Type', 'application/json')
  @ReturnsPage(AuthorView)
  typedText() {
    return secret as unknown;
  }

  @Get('async-text')
  @ReturnsSchema({ type: 'object', properties: {} })
  async asyncText() {
    return Promise.resolve(secret);
  }

  @Get('buffer')
  @Returns(AuthorView)
  buffer() {
    return Buffer.from(secret) as unknown;
  }

  @Get('bytes')
  @Returns(AuthorView)
  bytes() {
    return new Uint8Array(Buffer.from(secret)) as unknown;
  }

  @Get('stream')
  @Returns(AuthorView)
  stream() {
    return stream() as unknown;
  }

  @Get('file')
  @Returns(AuthorView)
  file() {
    return new StreamableFile(stream()) as unknown;
  }

  @Get('web-stream')
  @Returns(AuthorView)
  webStream() {
    return Readable.toWeb(stream()) as unknown;
  }

  @Get('response')
  @Returns(AuthorView)
  response() {
    return new Response(secret, { headers: { 'content-type': 'application/json' } }) as unknown;
  }
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  const controllers = [EvasiveController];
  api = await startApi({ url: library.url, entities: libraryEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

describe('a response that bypasses its schema', () => {
  test.each([
    'text',
    'typed-text',
    'async-text',
    'buffer',
    'bytes',
    'stream',
    'file',
    'web-stream',
    'response',
  ])('as %s is a 500 and leaks nothing', async (path) => {
    const { status, headers, body, text } = await api.get(`/${path}`);
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(text).not.toContain('7700000');
  });

  test('closes the stream that nobody reads', async () => {
    expect(streams.length).toBeGreaterThan(1);
    for (const one of streams) expect(one.destroyed).toBe(true);
    await Promise.resolve();
  });
});
