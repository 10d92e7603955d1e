import { Body, Controller, Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import type { Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  IfMatch,
  PageOf,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsNothing,
  ReturnsPage,
} from 'nest-dual-id';
import { Author, Book, Chapter, Genre } from './library.entities.js';
import { ChangeBook, CreateAuthor, CreateBook } from './library.inputs.js';
import { AuthorView, BookSummary, BookView, ChapterView, GenreView } from './library.views.js';

const ofAuthor = { within: { authorUuid: 'author' } };
const ofBook = { within: { bookUuid: 'book', authorUuid: 'book.author' } };

@Controller('authors')
export class AuthorsController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get()
  @ReturnsPage(AuthorView)
  list(@PageOf(AuthorView) page: PageRequest): Promise<Page<AuthorView>> {
    return this.repositories.of(Author).page(AuthorView, page);
  }

  @Post()
  @Returns(AuthorView, { location: '/authors/:uuid' })
  create(@Body() { name, city, postalCode = null }: CreateAuthor): Promise<AuthorView> {
    return this.repositories.of(Author).create(AuthorView, { name, home: { city, postalCode } });
  }

  @Get(':authorUuid')
  @Returns(AuthorView)
  get(@Bind('authorUuid', AuthorView) author: AuthorView): AuthorView {
    return author;
  }

  @Get(':authorUuid/books')
  @ReturnsPage(BookSummary)
  books(@PageOf(BookSummary, ofAuthor) page: PageRequest): Promise<Page<BookSummary>> {
    return this.repositories.of(Book).page(BookSummary, page);
  }

  @Get(':authorUuid/books/:bookUuid')
  @Returns(BookView)
  book(@Bind('bookUuid', BookView, ofAuthor) book: BookView): BookView {
    return book;
  }

  @Get(':authorUuid/books/:bookUuid/chapters')
  @ReturnsPage(ChapterView)
  chapters(@PageOf(ChapterView, ofBook) page: PageRequest): Promise<Page<ChapterView>> {
    return this.repositories.of(Chapter).page(ChapterView, page);
  }

  @Get(':authorUuid/books/:bookUuid/chapters/:chapterUuid')
  @Returns(ChapterView)
  chapter(@Bind('chapterUuid', ChapterView, ofBook) chapter: ChapterView): ChapterView {
    return chapter;
  }
}

@Controller('books')
export class BooksController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get()
  @ReturnsPage(BookSummary)
  list(@PageOf(BookSummary) page: PageRequest): Promise<Page<BookSummary>> {
    return this.repositories.of(Book).page(BookSummary, page);
  }

  @Post()
  @Returns(BookView, { location: '/books/:uuid' })
  create(@Body() input: CreateBook): Promise<BookView> {
    return this.repositories.of(Book).create(BookView, input);
  }

  @Get(':bookUuid')
  @Returns(BookView)
  get(@Bind('bookUuid', BookView) book: BookView): BookView {
    return book;
  }

  @Patch(':bookUuid')
  @Returns(BookSummary)
  change(
    @PublicIdParam('bookUuid', Book) uuid: PublicId<Book>,
    @Body() changes: ChangeBook,
    @IfMatch() versions?: Versions,
  ): Promise<BookSummary> {
    return this.repositories.of(Book).update(BookSummary, uuid, changes, versions);
  }

  @Delete(':bookUuid')
  @ReturnsNothing()
  remove(
    @PublicIdParam('bookUuid', Book) uuid: PublicId<Book>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.repositories.of(Book).remove(uuid, versions);
  }
}

@Controller('genres')
export class GenresController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get(':genre')
  @Returns(GenreView)
  get(@Bind('genre', GenreView) genre: GenreView): GenreView {
    return genre;
  }

  @Get(':genre/books')
  @ReturnsPage(BookSummary)
  books(
    @PageOf(BookSummary, { within: { genre: 'genre' } }) page: PageRequest,
  ): Promise<Page<BookSummary>> {
    return this.repositories.ofView(BookSummary).page(BookSummary, page);
  }

  @Get()
  @ReturnsPage(GenreView)
  list(@PageOf(GenreView) page: PageRequest): Promise<Page<GenreView>> {
    return this.repositories.of(Genre).page(GenreView, page);
  }
}

export const libraryControllers = [AuthorsController, BooksController, GenresController];
