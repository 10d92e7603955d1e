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

test('a public id of the query has a name that says so', () => {
  expect(() => PublicIdQuery('book', Book)).toThrow(
    'The query parameter book is a public id, and its name does not end in Uuid.',
  );
});

describe('what refuses to boot', () => {
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
    [ByKey, 'has the parameter :key, which no @Bind, @PublicIdParam or within declares'],
    [ByRef, 'has the parameter :ref, which no @Bind'],
    [Wild, 'has a wildcard, which no @Bind'],
    [AnyQuery, 'takes the whole query and declares nothing of it'],
    [NamedId, 'takes userId from the query, the name of an internal id'],
    [Bracketed, 'takes filter[id] from the query, the name of an internal id'],
    [NamedUuid, 'takes userUuid from the query, a public id that nothing checks'],
    [NestedQuery, 'takes Nested from the query, which nests other inputs'],
    [ManyQuery, 'takes Many from the query, which holds a list of public ids'],
    [NumbersQuery, 'takes Numbers, whose property userNo has the name of an internal id'],
  ])('%p', async (controller, why) => {
    const { url } = library;
    expect(await routeRefusal({ url, entities: libraryEntities }, controller)).toContain(why);
  });
});
