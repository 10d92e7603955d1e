import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { Accepts, PlainParam, ReturnsNothing, ReturnsSchema } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';

class Note {
  @IsString() @MaxLength(100) text!: string;
}

const echo = { type: 'object', properties: { text: { type: 'string' } } } as const;
let answer: unknown;

@Controller('notes')
class NotesController {
  @Post()
  @ReturnsSchema(echo)
  create(@Body() { text }: Note) {
    return { text };
  }

  @Post('forms')
  @Accepts('application/x-www-form-urlencoded')
  @ReturnsSchema(echo)
  form(@Body() { text }: Note) {
    return { text };
  }

  @Post('empty')
  @ReturnsNothing()
  empty(): void {}

  @Delete(':name')
  @ReturnsNothing()
  remove(@PlainParam('name') _name: string): void {}

  @Get('any')
  @ReturnsSchema(echo)
  any() {
    return answer as object;
  }

  @Post('any')
  @ReturnsSchema(echo)
  make() {
    return answer as object;
  }

  @Post('accepted')
  @HttpCode(204)
  @ReturnsSchema(echo)
  accepted(): void {}
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  api = await startApi({
    url: library.url,
    entities: libraryEntities,
    controllers: [NotesController],
  });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const note = '{"text":"x"}';
const post = (headers: Record<string, string>, sent = note, path = '/notes') =>
  api.ask('POST', path, { body: sent, headers });

describe('the media type of a body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; x=y',
  ])('%s is accepted', async (type) => {
    expect((await post({ 'content-type': type })).status).toBe(201);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/plain; x=application/json',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset="iso-8859-1"',
    'application/json; charset=utf-8; charset=latin1',
    'application/problem+json',
    'json',
    '',
  ])('%j is 415, names the accepted type, and reaches no handler', async (type) => {
    for (const path of ['/notes', '/notes/empty']) {
      const { status, body, headers } = await post({ 'content-type': type }, note, path);
      expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
      expect(headers['accept']).toBe('application/json');
    }
  });

  test('may be another if the route declares it, and JSON is then refused', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await post(form, 'text=a+b', '/notes/forms');
    expect([status, body]).toEqual([201, { text: 'a b' }]);
    const refused = await post({}, note, '/notes/forms');
    expect([refused.status, refused.headers['accept']]).toEqual([
      415,
      'application/x-www-form-urlencoded',
    ]);
  });

  test('may be omitted without a body', async () => {
    expect((await api.ask('POST', '/notes/empty')).status).toBe(204);
    expect((await api.ask('DELETE', '/notes/x')).status).toBe(204);
  });
});

describe('the encoding of a body', () => {
  test.each(['gzip', 'br', 'x', 'gzip, identity', 'identity, gzip'])(
    '%s is 415 and reports that only identity is accepted',
    async (coding) => {
      const { status, body, headers } = await post({ 'content-encoding': coding });
      expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
      expect(headers['accept-encoding']).toBe('identity');
    },
  );

  test('identity is accepted', async () => {
    expect((await post({ 'content-encoding': 'Identity' })).status).toBe(201);
  });

  test.each([
    ['a byte of Latin-1', [0xe4]],
    ['a character that breaks off', [0xe2, 0x82]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ])('other than UTF-8 is refused and stores no replacement: %s', async (_what, bytes) => {
    const json = Buffer.concat([Buffer.from('{"text":"'), Buffer.from(bytes), Buffer.from('"}')]);
    const { ended } = await rawConnection(
      await api.app.getUrl(),
      `POST /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n`,
    ).then(({ socket, ended: end }) => {
      socket.write(json);
      return { ended: end };
    });
    const text = await ended;
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toContain('"code":"malformed_json"');
  });
});

describe('a missing response', () => {
  test.each([[null], [undefined]])('as %s is an error and not an empty object', async (missing) => {
    answer = missing;
    for (const method of ['GET', 'POST']) {
      const { status, body } = await api.ask(method, '/notes/any');
      expect([status, body.code]).toEqual([500, 'internal']);
    }
    expect((await api.ask('HEAD', '/notes/any')).status).toBe(500);
  });

  test('is allowed if the status has no body', async () => {
    expect((await api.ask('POST', '/notes/accepted')).status).toBe(204);
  });

  test('does not include an empty object', async () => {
    answer = {};
    expect((await api.get('/notes/any')).body).toEqual({});
  });
});
