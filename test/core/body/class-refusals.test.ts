import { Body, Post } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IsString } from 'class-validator';
import { ListOf, ObjectOf, Returns } from 'nest-dual-id';
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

const refusal = (controller: new () => object) =>
  routeRefusal({ url: database.url, entities: libraryEntities }, controller);

class Ruleless {
  name!: string;
}
class Internal {
  @IsString() authorId!: string;
}
class Named {
  @IsString() name!: string;
}
class Listing {
  @ListOf(() => Internal, { min: 1, max: 2 }) parts!: Internal[];
}
class Nesting {
  @ObjectOf(() => Listing) part!: Listing;
}
class Chain {
  @ObjectOf(() => Chain) next!: unknown;
}

class Anything {
  @Post() @Returns(AuthorView) handle(@Body() _body: unknown) {}
}
class Union {
  @Post() @Returns(AuthorView) handle(@Body() _body: Named | Internal) {}
}
class List {
  @Post() @Returns(AuthorView) handle(@Body() _body: Named[]) {}
}
class Part {
  @Post() @Returns(AuthorView) handle(@Body('name') _body: Named) {}
}
class Twice {
  @Post() @Returns(AuthorView) handle(@Body() _one: Named, @Body() _other: unknown) {}
}

test.each([
  ['unknown', Anything],
  ['a union', Union],
  ['a list', List],
  ['one property', Part],
  ['taken twice', Twice],
])('a body without its own class is refused at boot: %s', async (_what, controller) => {
  expect(await refusal(controller)).toContain('POST /things takes a body that is not a class');
});

function taking(input: new () => object): new () => object {
  class Taking {
    handle(_body: unknown) {}
  }
  const { prototype } = Taking;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle')!;
  Body()(prototype, 'handle', 0);
  Reflect.defineMetadata('design:paramtypes', [input], prototype, 'handle');
  Returns(AuthorView)(prototype, 'handle', descriptor);
  Post()(prototype, 'handle', descriptor);
  return Taking;
}

test('a class without rules, or with an internal id at any depth, is refused at boot', async () => {
  expect(await refusal(taking(Ruleless))).toContain('POST /things takes Ruleless, a class without');
  const internal = 'takes Internal, whose property authorId has the name of an internal id';
  for (const input of [Internal, Listing, Nesting]) {
    expect(await refusal(taking(input))).toContain(internal);
  }
});

test('a class with rules boots, even one that nests itself', async () => {
  expect(await refusal(taking(Named))).toBe('It boots.');
  expect(await refusal(taking(Chain))).toBe('It boots.');
});
