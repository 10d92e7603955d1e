import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Field, Repositories, View } from 'nest-dual-id';
import type { ViewOptions } from 'nest-dual-id';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { Author, Book, Credit, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { makeLibraryTables } from '../../support/library/library.tables.js';
import { Specimen, specimenEntities } from '../../support/specimen/specimen.entities.js';

let library: Library;
beforeAll(async () => {
  const entities = [...libraryEntities, ...specimenEntities];
  library = await openLibrary({}, entities, makeLibraryTables);
});
afterAll(() => library.close());

type EntityClass = new () => Author | Book | Specimen;

function refusal(entity: EntityClass, options: ViewOptions): string {
  @View(entity, options)
  class Listed {
    @Field() uuid!: string;
    @Field('uuid') key!: string;
  }
  try {
    const { database, dataSource } = library;
    const views = new ViewRegistry(dataSource);
    new Repositories(dataSource, database, views, {}).ofView(Listed).pagesOf(Listed);
  } catch (error) {
    return (error as Error).message;
  }
  return 'It compiles.';
}

describe('a view refuses at boot, by name, pages', () => {
  test.each<[string, EntityClass, ViewOptions, string]>([
    ['sorted by an internal id', Book, { sort: ['id'] }, 'names id, an internal id'],
    [
      'sorted by one behind a relation',
      Book,
      { sort: ['author.id'] },
      'names author.id, an internal',
    ],
    ['sorted by nothing', Book, { sort: ['nothing'] }, 'names nothing, which is neither'],
    ['sorted by JSON', Specimen, { sort: ['raw'] }, 'sorts by raw, a column of a type without an'],
    ['sorted by an array', Specimen, { sort: ['words'] }, 'sorts by words, a column of a type'],
    [
      'sorted by a secret',
      Author,
      { sort: ['password'] },
      'names password, declared `select: false`',
    ],
    ['filtered by a secret', Author, { filters: ['password'] }, 'names password, declared'],
    ['searched for a secret', Author, { search: ['password'] }, 'names password, declared'],
    ['filtered by an internal id', Book, { filters: { key: 'id' } }, 'names id, an internal id'],
    [
      'filtered under an internal name',
      Book,
      { filters: { bookId: 'title' } },
      'filter bookId, the name',
    ],
    ['filtered under a name of pages', Book, { filters: { limit: 'pages' } }, 'has a filter limit'],
    ['filtered by JSON', Specimen, { filters: ['settings'] }, 'filters by settings, a column that'],
    ['filtered by an array', Specimen, { filters: ['words'] }, 'filters by words, a column that'],
    [
      'filtered by a transformed value',
      Specimen,
      { filters: ['price'] },
      'filters by price, a column',
    ],
    [
      'filtered by the order of references',
      Book,
      { filters: { after: { path: 'authorUuid', operator: '>' } } },
      'has a filter after',
    ],
    [
      'filtered by the order of references, under another name',
      Book,
      { filters: { newer: { path: 'authorUuid', operator: '>' } } },
      'filters by newer with >, though addresses have no order',
    ],
    [
      'searched in numbers',
      Book,
      { search: ['pages'] },
      'searches pages, which is not a text column',
    ],
    ['searched in arrays', Specimen, { search: ['words'] }, 'searches words, which is not a text'],
    [
      'searched in transformed text',
      Specimen,
      { search: ['price'] },
      'searches price, which is not',
    ],
    [
      'with a default sort that is none',
      Book,
      { defaultSort: 'title' },
      'has the default sort title',
    ],
    [
      'with a default sort that repeats itself',
      Book,
      { sort: ['title'], defaultSort: 'title,-title' },
      'has the default sort title,-title',
    ],
  ])('%s', (_what, entity, options, sentence) => {
    const message = refusal(entity, options);
    expect(message).toContain('The page of Listed');
    expect(message).toContain(sentence);
  });

  test('of an entity without a public address', () => {
    expect(() => library.repositories.of(Credit as never)).toThrow('Credit has no repository');
  });
});

test('valid sorts, filters and searches compile', () => {
  const options = {
    sort: ['title', 'author.name', 'key'],
    defaultSort: '-title,key',
    filters: ['key', 'author.name'],
    search: ['title', 'author.home.city'],
  };
  expect(refusal(Book, options)).toBe('It compiles.');
});
