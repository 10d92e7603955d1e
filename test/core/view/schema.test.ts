import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Field, View } from 'nest-dual-id';
import type { JsonSchema, ViewClass } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { Book, libraryEntities } from '../../support/library/library.entities.js';
import { makeLibraryTables } from '../../support/library/library.tables.js';
import { BookView } from '../../support/library/library.views.js';
import { specimenEntities } from '../../support/specimen/specimen.entities.js';
import { LabelView, SpecimenView } from '../../support/specimen/specimen.views.js';

let library: Library;
beforeAll(async () => {
  const entities = [...libraryEntities, ...specimenEntities];
  library = await openLibrary({}, entities, makeLibraryTables);
});
afterAll(() => library.close());

function propertiesOf(view: ViewClass): Readonly<Record<string, JsonSchema>> {
  return library.views.get(view).schema.properties!;
}

const uuid = { type: 'string', format: 'uuid' };
const maybeUuid = { type: ['string', 'null'], format: 'uuid' };
const decimal = String.raw`^(-?\d+(\.\d+)?|-?Infinity|NaN)$`;

describe('the schema of a view', () => {
  test('is closed, requires every field and has the name of the view', () => {
    const { title, type, required, additionalProperties } = library.views.get(BookView).schema;
    expect({ title, type, additionalProperties }).toEqual({
      title: 'BookView',
      type: 'object',
      additionalProperties: false,
    });
    expect([...required!, 'truncated']).toEqual(Object.keys(propertiesOf(BookView)));
  });

  test('has the types, formats and lengths of the columns', () => {
    expect(propertiesOf(BookView)).toMatchObject({
      uuid,
      title: { type: 'string', maxLength: 200 },
      pages: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 },
      price: { type: ['string', 'null'], pattern: decimal },
      publishedAt: { type: ['string', 'null'], format: 'date-time' },
      chapterCount: { type: 'integer' },
    });
    expect(propertiesOf(SpecimenView)).toMatchObject({
      whole: { description: 'How many.' },
      seenOn: { type: ['string', 'null'], format: 'date' },
      count: { type: ['string', 'null'], pattern: String.raw`^-?\d+$` },
      cut: { type: ['string', 'null'], enum: ['raw', 'cut', null] },
      grade: { type: ['integer', 'null'], enum: [1, 2, null] },
    });
  });

  test('allows null wherever a column, a relation or an element of an array may be absent', () => {
    const { authorUuid, editorUuid, licenceUuid, genre } = propertiesOf(BookView);
    expect(authorUuid).toEqual(uuid);
    expect(editorUuid).toEqual(maybeUuid);
    expect(licenceUuid).toEqual(maybeUuid);
    expect(genre).toEqual({ type: ['string', 'null'] });
    expect(propertiesOf(SpecimenView)['counts']).toEqual({
      type: ['array', 'null'],
      items: { type: ['string', 'null'], pattern: String.raw`^-?\d+$` },
    });
    expect(propertiesOf(LabelView)['specimen']!.type).toEqual(['object', 'null']);
  });

  test('allows null where a soft-deleted row is hidden, but not for its public id', () => {
    @View(Book)
    class Shelf {
      @Field() authorUuid!: string;
      @Field('author.name') authorName!: string | null;
    }
    expect(propertiesOf(Shelf)['authorUuid']).toEqual(uuid);
    expect(propertiesOf(Shelf)['authorName']).toEqual({ type: ['string', 'null'] });
    expect(propertiesOf(BookView)['author']!.type).toEqual(['object', 'null']);
  });

  test('nests the schemas of lists and bounds them', () => {
    const { chapters } = propertiesOf(BookView);
    expect(chapters).toMatchObject({
      type: 'array',
      maxItems: 1000,
      items: { title: 'ChapterView', additionalProperties: false, properties: { uuid } },
    });
  });

  test('of a subclass has the fields of its bases, which it may redeclare', () => {
    @View(Book)
    class Base {
      @Field() uuid!: string;
      @Field('title') label!: string;
    }
    @View(Book)
    class Derived extends Base {
      @Field('pages') declare label: never;
      @Field() price!: string | null;
    }
    expect(Object.keys(propertiesOf(Derived))).toEqual(['uuid', 'label', 'price']);
    expect(propertiesOf(Derived)['label']!.type).toBe('integer');
    expect(propertiesOf(Base)['label']!.type).toBe('string');
  });
});
