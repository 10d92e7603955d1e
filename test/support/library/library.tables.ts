import { addDualId, addGuidId, addReferenceId, advanceSequence } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';

/**
 * Internal ids of the fixture begin where no other number of a test is, so that one in an answer,
 * a header or an error is seen at once.
 */
export const firstInternalId = '7700000000000';
/** The same for lookup data, whose ids are 32 bits wide. */
export const firstReferenceId = '1977000000';

/** Whether a text shows an internal id of the fixture. */
export function showsInternalId(text: string): boolean {
  return /\b77000000\d{5}\b|\b19770000\d\d\b/.test(text);
}

/** Makes the tables of authors, genres, licences, books, chapters and credits. */
export async function makeLibraryTables(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE SCHEMA press');
  await runner.query(`CREATE TABLE press.authors (
    name text NOT NULL, password text NOT NULL DEFAULT 'secret', home_city text NOT NULL,
    home_postal_code text, version integer NOT NULL DEFAULT 1, deleted_at timestamptz)`);
  await addDualId(runner, {
    table: 'authors',
    schema: 'press',
    type: { id: 900, name: 'author' },
    columns: { id: 'author_no', uuid: 'public_key' },
    namedBy: ['name'],
    deletedAt: 'deleted_at',
    startWith: firstInternalId,
  });
  await runner.query('CREATE TABLE genres (name text NOT NULL)');
  await addReferenceId(runner, { table: 'genres' });
  await advanceSequence(runner, { table: 'genres', column: 'id', startWith: firstReferenceId });
  await runner.query('CREATE TABLE licences (terms text NOT NULL)');
  await addGuidId(runner, { table: 'licences', type: { id: 902, name: 'licence' } });
  await makeBooks(runner);
}

async function makeBooks(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE books (
    title varchar(200) NOT NULL, pages integer NOT NULL DEFAULT 1, price numeric(12,2),
    published_at timestamptz,
    author_id bigint NOT NULL CONSTRAINT books_author_id_fk REFERENCES press.authors,
    editor_id bigint CONSTRAINT books_editor_id_fk REFERENCES press.authors,
    genre_id integer CONSTRAINT books_genre_id_fk REFERENCES genres,
    licence_uuid uuid CONSTRAINT books_licence_uuid_fk REFERENCES licences,
    version integer NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now())`);
  await addDualId(runner, {
    table: 'books',
    type: { id: 901, name: 'book' },
    namedBy: ['title'],
    startWith: firstInternalId,
  });
  await runner.query(`CREATE TABLE chapters (
    book_id bigint NOT NULL REFERENCES books, title text NOT NULL, position integer NOT NULL,
    deleted_at timestamptz)`);
  await addDualId(runner, { table: 'chapters', startWith: firstInternalId });
  await runner.query(`CREATE TABLE credits (
    book_id bigint NOT NULL REFERENCES books, author_id bigint NOT NULL REFERENCES press.authors,
    role text NOT NULL, PRIMARY KEY (book_id, author_id))`);
}
