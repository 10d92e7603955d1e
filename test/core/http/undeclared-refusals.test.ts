import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Get, Query } from '@nestjs/common';
import { IsIn, IsInt } from 'class-validator';
import { IsPublicId, ListOf, PublicIdParam, PublicIdQuery, ReturnsNothing } from 'nest-dual-id';
import { routeRefusal } from '../../support/api.js';
import { Book, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

test('a public id in the query must have a name ending in Uuid', () => {
  expect(() => PublicIdQuery('book', Book)).toThrow(
    'The query parameter book takes a public id; public ids are named uuid or end in Uuid.',
  );
});

describe('an application refuses to boot', () => {
  class ByKey {
    @Get(':key') @ReturnsNothing() get() {}
  }
  class ByRef {
    @Get('one/:ref/of/:bookUuid') @ReturnsNothing() get(
      @PublicIdParam('bookUuid', Book) _book: string,
    ) {}
  }
  class Wild {
    @Get('files/*') @ReturnsNothing() get() {}
  }
  class AnyQuery {
    @Get() @ReturnsNothing() get(@Query() _query: unknown) {}
  }
  class NamedId {
    @Get() @ReturnsNothing() get(@Query('userId') _id: string) {}
  }
  class Bracketed {
    @Get() @ReturnsNothing() get(@Query('filter[id]') _id: string) {}
  }
  class NamedUuid {
    @Get() @ReturnsNothing() get(@Query('userUuid') _uuid: string) {}
  }
  class Part {
    @IsIn([1]) one!: number;
  }
  class Nested {
    @ListOf(() => Part, { min: 1, max: 2 }) parts!: Part[];
  }
  class NestedQuery {
    @Get() @ReturnsNothing() get(@Query() _query: Nested) {}
  }
  class Many {
    @IsPublicId(Book, { each: true }) bookUuids!: string[];
  }
  class ManyQuery {
    @Get() @ReturnsNothing() get(@Query() _query: Many) {}
  }
  class Numbers {
    @IsInt() userNo!: number;
  }
  class NumbersQuery {
    @Get() @ReturnsNothing() get(@Query() _query: Numbers) {}
  }

  test.each([
    [
      'a parameter that nothing declares',
      ByKey,
      'has the parameter :key, which no @Bind, @PublicIdParam or within declares',
    ],
    [
      'a parameter of another name that nothing declares',
      ByRef,
      'has the parameter :ref, which no @Bind',
    ],
    ['a wildcard', Wild, 'has a wildcard, which no @Bind'],
    [
      'a whole query without a class',
      AnyQuery,
      'takes the whole query without declaring its parameters',
    ],
    [
      'a query parameter named like an internal id',
      NamedId,
      'takes userId from the query, the name of an internal id',
    ],
    [
      'a bracketed name of an internal id',
      Bracketed,
      'takes filter[id] from the query, the name of an internal id',
    ],
    [
      'a public id that nothing checks',
      NamedUuid,
      'takes userUuid from the query, a public id that nothing checks',
    ],
    [
      'a query with an object inside',
      NestedQuery,
      'takes Nested from the query, which nests other inputs',
    ],
    [
      'a query with a list of public ids',
      ManyQuery,
      'takes Many from the query, which holds a list of public ids',
    ],
    [
      'a query class with a name of an internal id',
      NumbersQuery,
      'takes Numbers, whose property userNo has the name of an internal id',
    ],
  ])('%s', async (_what, controller, why) => {
    const { url } = library;
    expect(await routeRefusal({ url, entities: libraryEntities }, controller)).toContain(why);
  });
});
