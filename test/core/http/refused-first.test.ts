import type { CanActivate } from '@nestjs/common';
import { Body, Controller, Get, Post, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import {
  Bind,
  IsPublicId,
  PageOf,
  problem,
  Returns,
  ReturnsPage,
  ReturnsSchema,
} from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Sent } from '../../support/http-client.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import { TakesQuery } from '../../../src/core/http/route-query.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary, statementsOf } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

let authentications = 0;

/** An authentication that rejects everybody, and counts its calls. */
class Locked implements CanActivate {
  canActivate(): boolean {
    authentications += 1;
    throw problem('unauthenticated');
  }
}

class Order {
  @IsPublicId(Author) authorUuid!: string;
  @IsInt() quantity!: number;
  @IsString() postalCode!: string;
}

const freely = Object.fromEntries(
  ['q', 'quantity', 'postalCode', 'paid', 'grid', 'valid', 'uuid'].map((name) => [
    name,
    { type: 'string' },
  ]),
);

@Controller('things')
@UseGuards(Locked)
class LockedController {
  @Get()
  @ReturnsPage(AuthorView)
  list(@PageOf(AuthorView) _page: unknown) {}

  @Get('one/:authorUuid')
  @Returns(AuthorView)
  one(@Bind('authorUuid', AuthorView) author: AuthorView) {
    return author;
  }

  @Post()
  @Returns(AuthorView)
  create(@Body() _order: Order) {}

  @Get('free')
  @ReturnsSchema({ type: 'object', properties: {} })
  @TakesQuery(freely)
  free() {}
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  const { url } = library;
  api = await startApi({ url, entities: libraryEntities, controllers: [LockedController] });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const one = (id: string): [string, string] => ['GET', `/things/one/${id}`];
const body = (content: unknown): [string, string, Sent] => ['POST', '/things', { body: content }];
const order = { authorUuid: uuid, quantity: 5, postalCode: '12345' };

/** The response, with the number of statements and whether authentication ran. */
async function outcome(method: string, path: string, sent?: Sent) {
  const before = authentications;
  let answer: unknown[] = [];
  const texts = await statementsOf({ dataSource: api.app.get(DataSource) }, async () => {
    const { status, body } = await api.ask(method, path, sent);
    answer = [status, body.code];
  });
  return [...answer, authentications - before, texts.length];
}

describe('before authentication and before any statement', () => {
  test.each<[string, [string, string, Sent?], string]>([
    ['a number in the path', one('42'), 'malformed_public_id'],
    ['a signed number in the path', one('-42'), 'malformed_public_id'],
    ['no UUID in the path', one('x'), 'malformed_public_id'],
    ['a UUID with a tail', one(`${uuid}0`), 'malformed_public_id'],
    ['a UUID after a digit', one(`1${uuid.slice(1)}x`), 'malformed_public_id'],
    ['a UUID with a line break', one(`${uuid}%0A`), 'malformed_public_id'],
    ['a UUID with NUL', one(`${uuid}%00`), 'malformed_public_id'],
    ['the Nil UUID', one('00000000-0000-0000-0000-000000000000'), 'malformed_public_id'],
    ['the Max UUID', one('ffffffff-ffff-ffff-ffff-ffffffffffff'), 'malformed_public_id'],
    [
      'a UUID of a version the entity does not take',
      one('01890a5d-ac96-774b-bcce-b302099a8057'),
      'malformed_public_id',
    ],
    ['an internal name in the query of a page', ['GET', '/things?userId=1'], 'internal_id_refused'],
    ['an internal name in any query', ['GET', '/things/free?id=1'], 'internal_id_refused'],
    ['a wrong limit', ['GET', '/things?limit=0'], 'invalid_query'],
    [
      'a number for a public id in the body',
      body({ ...order, authorUuid: 42 }),
      'malformed_public_id',
    ],
    [
      'a text for a public id in the body',
      body({ ...order, authorUuid: 'x' }),
      'malformed_public_id',
    ],
    ['an internal name in the body', body({ ...order, authorId: 1 }), 'internal_id_refused'],
    [
      'an internal name deep in the body',
      body({ ...order, a: [{ b: { user_id: 1 } }] }),
      'internal_id_refused',
    ],
    ['NUL in a text', body({ ...order, postalCode: 'a\0' }), 'invalid_body'],
    ['half a surrogate pair', body({ ...order, postalCode: '\ud800' }), 'invalid_body'],
    ['what is no JSON', ['POST', '/things', { body: '{"a":' }], 'malformed_json'],
  ])('%s is refused', async (_what, request, code) => {
    expect(await outcome(...request)).toEqual([400, code, 0, 0]);
  });

  test.each<[string, [string, string, Sent?]]>([
    ['a public id', one(uuid)],
    ['a public id in upper case', one(uuid.toUpperCase())],
    ['numbers and texts that only look like ids', body(order)],
    ['a search for a number', ['GET', '/things/free?q=365&quantity=5&postalCode=12345']],
    ['names that only end like ids', ['GET', '/things/free?paid=1&grid=2&valid=3&uuid=x']],
  ])('%s passes', async (_what, request) => {
    expect(await outcome(...request)).toEqual([401, 'unauthenticated', 1, 0]);
  });

  test('no rule of the body is checked', async () => {
    expect(await outcome(...body({ ...order, quantity: 'many' }))).toEqual([
      401,
      'unauthenticated',
      1,
      0,
    ]);
  });
});
