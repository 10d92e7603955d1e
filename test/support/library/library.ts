import type { PublicId } from 'nest-dual-id';
import { Database, dualIdDataSource, Repositories } from 'nest-dual-id';
import type { DualIdModuleOptions, Statement } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { freshDatabase } from '../database.js';
import { queryOutside } from '../outside.js';
import { migratedFor } from '../roles.js';
import { Author, Book, Chapter, libraryEntities } from './library.entities.js';
import { makeLibraryTables } from './library.tables.js';
import { AuthorView, BookSummary, ChapterView } from './library.views.js';

/** The library's database, opened as an application opens it but without one. */
export interface Library {
  /** The address for a role that owns nothing, as the application has it. */
  readonly url: string;
  /** A connection pool of that role. */
  readonly dataSource: DataSource;
  /** A connection pool of a superuser, who looks behind. */
  readonly superuser: DataSource;
  readonly database: Database;
  readonly views: ViewRegistry;
  readonly repositories: Repositories;
  close(): Promise<void>;
}

/** Makes a database with the library's tables, or with those of other entities. */
export async function openLibrary(
  options: DualIdModuleOptions = {},
  entities: readonly Function[] = libraryEntities,
  makeTables = makeLibraryTables,
): Promise<Library> {
  const fresh = await freshDatabase();
  const url = await migratedFor(fresh.url, makeTables);
  const open = (as: string) => new DataSource(dualIdDataSource({ url: as, entities })).initialize();
  const dataSource = await open(url);
  const superuser = await open(fresh.url);
  const database = new Database(dataSource, options);
  const views = new ViewRegistry(dataSource);
  const repositories = new Repositories(dataSource, database, views, options);
  const close = async () => {
    await dataSource.destroy();
    await superuser.destroy();
    await fresh.drop();
  };
  return { url, dataSource, superuser, database, views, repositories, close };
}

/** The same, worked with as the superuser, for tests that look behind in its own transactions. */
export function asSuperuser(library: Library, options: DualIdModuleOptions = {}): Library {
  const dataSource = library.superuser;
  const database = new Database(dataSource, options);
  const views = new ViewRegistry(dataSource);
  const repositories = new Repositories(dataSource, database, views, options);
  return { ...library, dataSource, database, views, repositories };
}

/** Runs SQL as a superuser, around everything that the library checks. */
export function sql(
  { superuser }: Pick<Library, 'superuser'>,
  text: string,
): Promise<Record<string, unknown>[]> {
  return queryOutside(superuser, text);
}

/** Creates an author. */
export async function anAuthor({ repositories }: Library, name = 'Ada'): Promise<AuthorView> {
  const home = { city: 'London', postalCode: null };
  return repositories.of(Author).create(AuthorView, { name, home });
}

/** Creates a book of an author. */
export async function aBook(
  { repositories }: Library,
  authorUuid: PublicId<Author>,
  title = 'Notes',
): Promise<BookSummary> {
  return repositories.of(Book).create(BookSummary, { title, authorUuid });
}

/** Creates a chapter of a book. */
export async function aChapter(
  { repositories }: Library,
  bookUuid: PublicId<Book>,
  position = 1,
): Promise<ChapterView> {
  const title = `Chapter ${position}`;
  return repositories.of(Chapter).create(ChapterView, { bookUuid, title, position });
}

/**
 * Texts of the statements a piece of work sends, in order. Whether keys or rights have changed is
 * asked twice a second, and for no work in particular.
 */
export async function statementsOf(
  { dataSource }: Pick<Library, 'dataSource'>,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const { Client } = (dataSource.driver as unknown as { master: PoolWithClient }).master;
  const texts: string[] = [];
  const { query } = Client.prototype;
  Client.prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === 'string' ? first : (first as Statement).text;
    if (!text.includes('FROM dual_id.access_version')) texts.push(text);
    return query.apply(this, args);
  };
  try {
    await work();
  } finally {
    Client.prototype.query = query;
  }
  return texts;
}

interface PoolWithClient {
  readonly Client: { readonly prototype: { query: (...args: unknown[]) => unknown } };
}
