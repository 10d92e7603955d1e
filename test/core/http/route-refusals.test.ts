import { Readable } from 'node:stream';
import { Get, Next, Options, Post, Render, Res, Sse, StreamableFile } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Returns, ReturnsSchema, Unshaped } from 'nest-dual-id';
import type { JsonSchema } from 'nest-dual-id';
import { NEVER } from 'rxjs';
import type { Observable } from 'rxjs';
import { routeRefusal } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import { AuthorView } from '../../support/library/library.views.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

type ControllerClass = new () => object;

const refusal = (controller: ControllerClass) =>
  routeRefusal({ url: database.url, entities: libraryEntities }, controller);

/** A controller whose one handler has these decorators. */
function handling(...decorators: MethodDecorator[]): ControllerClass {
  class Handling {
    handle(): unknown {
      return undefined;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Handling.prototype, 'handle')!;
  for (const decorate of decorators) decorate(Handling.prototype, 'handle', descriptor);
  return Handling;
}

describe('a route is refused at boot, by name', () => {
  test('when it declares no response', async () => {
    expect(await refusal(handling(Get()))).toContain('GET /things declares no response. Give it');
    expect(await refusal(handling(Options()))).toContain('OPTIONS /things declares no response');
  });

  test('when its response is not a view', async () => {
    expect(await refusal(handling(Returns(class Bare {}), Get()))).toContain(
      'Bare is used as a view',
    );
  });

  test('when its Location uses what the view does not show', async () => {
    const elsewhere = Returns(AuthorView, { location: '/authors/:id' });
    expect(await refusal(handling(elsewhere, Post()))).toContain(
      'The location of POST /things uses :id, which AuthorView does not show',
    );
  });

  test.each<[string, JsonSchema]>([
    ['an open answer', {}],
    ['an answer without properties', { type: 'object' }],
    ['additional properties', { type: 'object', properties: {}, additionalProperties: true }],
    ['an internal id', { type: 'object', properties: { id: { type: 'string' } } }],
    [
      'an internal id within',
      { type: 'array', items: { type: 'object', properties: { orderId: { type: 'string' } } } },
    ],
    ['a text', { type: 'string' }],
    ['null', { type: ['object', 'null'], properties: {} }],
  ])('when its schema declares %s', async (_what, schema) => {
    expect(await refusal(handling(ReturnsSchema(schema), Get()))).toContain(
      'The response of GET /things',
    );
  });

  test('when it is unshaped without a reason', async () => {
    expect(await refusal(handling(Unshaped(' '), Get()))).toContain('GET /things');
    expect(await refusal(handling(Unshaped('A page.'), Get()))).toBe('It boots.');
  });

  test('when its declared type is a string, bytes or a stream', async () => {
    class Text {
      @Get() @Returns(AuthorView) handle(): string {
        return '';
      }
    }
    class Bytes {
      @Get() @Returns(AuthorView) handle(): Buffer {
        return Buffer.from('');
      }
    }
    class Stream {
      @Get() @Returns(AuthorView) handle(): Readable {
        return Readable.from([]);
      }
    }
    class File {
      @Get() @Returns(AuthorView) handle(): StreamableFile {
        return new StreamableFile(Buffer.from(''));
      }
    }
    expect(await refusal(Text)).toContain('GET /things returns a string, which no schema checks');
    for (const controller of [Bytes, Stream, File]) {
      expect(await refusal(controller)).toContain(
        'GET /things returns bytes, which no schema checks',
      );
    }
  });

  test('when it writes the response itself', async () => {
    class WithRes {
      @Get() @Returns(AuthorView) handle(@Res() _reply: unknown) {}
    }
    class WithNext {
      @Get() @Returns(AuthorView) handle(@Next() _next: unknown) {}
    }
    class WithEvents {
      @Sse() @Returns(AuthorView) handle(): Observable<never> {
        return NEVER;
      }
    }
    expect(await refusal(WithRes)).toContain('writes the response itself with @Res');
    expect(await refusal(WithNext)).toContain('with @Next');
    expect(await refusal(WithEvents)).toContain('returns server-sent events');
    expect(await refusal(handling(Returns(AuthorView), Render('page'), Get()))).toContain(
      'renders a template',
    );
  });
});
