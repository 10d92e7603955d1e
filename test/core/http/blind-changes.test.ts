import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Get, Post } from '@nestjs/common';
import { Bind, PublicIdParam, Returns } from 'nest-dual-id';
import { routeRefusal } from '../../support/api.js';
import { Author, Book, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { BookView, ChapterView } from '../../support/library/library.views.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

describe('a route that shows the ETag of what it changes', () => {
  class Blind {
    @Post(':bookUuid/publish')
    @Returns(BookView)
    publish(@Bind('bookUuid', BookView) found: BookView) {
      return found;
    }
  }
  class BlindById {
    @Post(':bookUuid/publish')
    @Returns(BookView)
    publish(@PublicIdParam('bookUuid', Book) _uuid: string) {
      return {};
    }
  }
  class OfAnother {
    @Post(':authorUuid/books')
    @Returns(BookView)
    add(@PublicIdParam('authorUuid', Author) _uuid: string) {
      return {};
    }

    @Get(':bookUuid')
    @Returns(BookView)
    get(@Bind('bookUuid', BookView) found: BookView) {
      return found;
    }
  }
  class OfNoVersion {
    @Post(':chapterUuid/praise')
    @Returns(ChapterView)
    praise(@Bind('chapterUuid', ChapterView) chapter: ChapterView) {
      return chapter;
    }
  }
  const refusal = (controller: new () => object) =>
    routeRefusal({ url: library.url, entities: libraryEntities }, controller);

  test('refuses to boot unless it reads If-Match', async () => {
    for (const controller of [Blind, BlindById]) {
      expect(await refusal(controller)).toMatch(
        /^POST \/things\/:bookUuid\/publish shows the ETag of :bookUuid and ignores If-Match\. Take @IfMatch\(\)/,
      );
    }
  });

  test('boots when it changes nothing, something else, or an entity without a version', async () => {
    expect(await refusal(OfAnother)).toBe('It boots.');
    expect(await refusal(OfNoVersion)).toBe('It boots.');
  });
});
