import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Author } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, statementsOf } from '../../support/library/library.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

const cost = (work: () => Promise<unknown>) =>
  statementsOf(library, work).then((texts) => texts.length);

describe('what TypeORM changes itself in this process', () => {
  const ways: [string, (uuid: string) => Promise<unknown>][] = [
    ['by its repository', (uuid) => typeOrm().softDelete({ uuid: uuid as never })],
    [
      'by a query builder',
      (uuid) => typeOrm().createQueryBuilder().softDelete().where({ uuid }).execute(),
    ],
    [
      'by a query',
      (uuid) =>
        library.dataSource.query(
          'UPDATE press.authors SET deleted_at = now() WHERE public_key = $1',
          [uuid],
        ),
    ],
    [
      'in a transaction of its own',
      (uuid) =>
        library.dataSource.transaction((manager) =>
          manager.getRepository(Author).softDelete({ uuid: uuid as never }),
        ),
    ],
    [
      'in a transaction of the library',
      (uuid) =>
        library.database.transaction((manager) =>
          manager.getRepository(Author).softDelete({ uuid: uuid as never }),
        ),
    ],
  ];
  const typeOrm = () => library.dataSource.getRepository(Author);

  test.each(ways)('%s is seen at once', async (_way, remove) => {
    const authors = library.repositories.of(Author);
    const { uuid } = await anAuthor(library);
    expect(await authors.exists(uuid)).toBe(true);
    expect(await cost(() => authors.exists(uuid))).toBe(0);
    await remove(uuid);
    expect(await authors.exists(uuid)).toBe(false);
    expect(await cost(() => authors.exists(uuid))).toBe(0);
  });

  test("leaves pairs where they are when it is the library's own write", async () => {
    const authors = library.repositories.of(Author);
    const { uuid } = await anAuthor(library);
    await authors.resolve(uuid);
    await library.database.transaction(() => anAuthor(library));
    expect(await cost(() => authors.resolve(uuid))).toBe(0);
  });
});
