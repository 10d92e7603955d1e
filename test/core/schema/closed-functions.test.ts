import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installDualId, Repositories } from 'nest-dual-id';
import { RegistryModule } from 'nest-dual-id/registry';
import { installRelations, RelationsModule } from 'nest-dual-id/relations';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { Author, Book, Chapter, Genre, Licence } from '../../support/library/library.entities.js';
import { makeLibraryTables } from '../../support/library/library.tables.js';
import { AuthorView, BookSummary } from '../../support/library/library.views.js';

let example: Example;
let book: BookSummary;
let author: AuthorView;
beforeAll(async () => {
  example = await startExample({
    entities: [Author, Book, Chapter, Genre, Licence],
    controllers: [],
    imports: [RegistryModule.forRoot({ api: 'open' }), RelationsModule.forRoot({ api: 'open' })],
    migrate: async (runner) => {
      await runner.query('ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC');
      await installDualId(runner);
      await makeLibraryTables(runner);
      await installRelations(runner);
    },
  });
  const repositories = example.app.get(Repositories);
  const home = { city: 'London', postalCode: null };
  author = await repositories.of(Author).create(AuthorView, { name: 'Ada Lovelace', home });
  const input = { title: 'Notes', authorUuid: author.uuid };
  book = await repositories.of(Book).create(BookSummary, input);
});
afterAll(() => example.stop());

describe('where the owner lets nobody call its functions', () => {
  test('the application writes references', () => {
    expect(book).toMatchObject({ authorUuid: author.uuid });
  });

  test('the application searches the registry', async () => {
    for (const query of ['q=ada', 'q=lovelce&match=similar', 'q=lovelace&match=words']) {
      const { status, body } = await example.ask('GET', `/registry/search?${query}`);
      expect([query, status, body.items]).toEqual([
        query,
        200,
        [expect.objectContaining({ uuid: author.uuid })],
      ]);
    }
  });

  test('the application relates entities, and walks along relations', async () => {
    const edge = `/registry/${author.uuid}/relations/owner/${book.uuid}`;
    expect(await example.ask('PUT', edge, { body: {} })).toMatchObject({ status: 200 });
    const { status, body } = await example.ask('GET', `/registry/${author.uuid}/graph`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(book.uuid);
  });
});
