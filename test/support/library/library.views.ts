import type { PublicId } from 'nest-dual-id';
import { Computed, Field, Many, View } from 'nest-dual-id';
import { Author, Book, Chapter, Genre, Licence } from './library.entities.js';

@View(Author, { sort: ['name'], filters: { city: 'home.city' } })
export class AuthorView {
  @Field() uuid!: PublicId<Author>;
  @Field() name!: string;
  @Field('home.city') city!: string;
  @Field('home.postalCode') postalCode!: string | null;
}

@View(Genre, { sort: ['name'] })
export class GenreView {
  @Field() slug!: string;
  @Field() name!: string;
}

@View(Licence)
export class LicenceView {
  @Field() uuid!: PublicId<Licence>;
  @Field() terms!: string;
}

@View(Chapter, { sort: ['position', 'title'] })
export class ChapterView {
  @Field() uuid!: PublicId<Chapter>;
  @Field() title!: string;
  @Field() position!: number;
}

/** A book in a list. */
@View(Book, {
  sort: ['title', 'pages', 'price', 'publishedAt', 'createdAt'],
  filters: {
    authorUuid: 'authorUuid',
    editorUuid: 'editorUuid',
    genre: 'genre',
    licenceUuid: 'licenceUuid',
    pages: 'pages',
    minPages: { path: 'pages', operator: '>=' },
    publishedBefore: { path: 'publishedAt', operator: '<' },
    authorName: 'author.name',
  },
  search: ['title', 'author.name'],
})
export class BookSummary {
  @Field() uuid!: PublicId<Book>;
  @Field() authorUuid!: PublicId<Author>;
  @Field() editorUuid!: PublicId<Author> | null;
  @Field() licenceUuid!: PublicId<Licence> | null;
  @Field('genre.slug') genre!: string | null;
  @Field() title!: string;
  @Field() pages!: number;
  @Field() price!: string | null;
  @Field() publishedAt!: Date | null;
}

/** A book with everything around it. */
@View(Book)
export class BookView extends BookSummary {
  @Field(() => AuthorView) author!: AuthorView;
  @Field(() => AuthorView) editor!: AuthorView | null;
  @Many(() => ChapterView, 'book', { orderBy: 'position' }) chapters!: ChapterView[];

  @Computed(
    { type: 'integer' },
    (book) => `SELECT count(*) FROM chapters WHERE book_id = ${book('id')} AND deleted_at IS NULL`,
  )
  chapterCount!: number;
}
