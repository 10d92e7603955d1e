import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { Author } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

const cost = (work: () => Promise<unknown>) =>
  statementsOf(library, work).then((texts) => texts.length);

describe('a change by TypeORM itself in this process', () => {
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

  test("keeps cached pairs when it is the library's own write", async () => {
    const authors = library.repositories.of(Author);
    const { uuid } = await anAuthor(library);
    await authors.resolve(uuid);
    await library.database.transaction(() => anAuthor(library));
    expect(await cost(() => authors.resolve(uuid))).toBe(0);
  });
});

describe('a change by a statement of the application in this process', () => {
  const authors = () => library.repositories.of(Author);
  const retire = statement('UPDATE press.authors SET deleted_at = now() WHERE public_key = $1');

  async function known(): Promise<PublicId<Author>> {
    const { uuid } = await anAuthor(library);
    expect(await authors().exists(uuid)).toBe(true);
    return uuid;
  }

  test('is seen at once', async () => {
    const uuid = await known();
    await library.database.execute(retire, [uuid]);
    expect(await authors().exists(uuid)).toBe(false);
  });

  test('is seen once committed, and not if undone', async () => {
    const [kept, uuid] = [await known(), await known()];
    const work = async () => {
      await library.database.execute(retire, [kept]);
      throw new Error('undone');
    };
    await library.database.transaction(async () => {
      await expect(library.database.transaction(work)).rejects.toThrow('undone');
      await library.database.execute(retire, [uuid]);
      await library.database.outside(() => authors().exists(uuid));
    });
    expect(await authors().exists(uuid)).toBe(false);
    expect(await authors().exists(kept)).toBe(true);
  });

  test('is seen when made by a block, and not when it concerns another table', async () => {
    await sql(library, 'CREATE TABLE shelves (name text)');
    await sql(library, 'GRANT ALL ON shelves TO PUBLIC');
    const uuid = await known();
    await library.database.execute(statement(`DELETE FROM shelves WHERE name = 'x'`));
    expect(await cost(() => authors().exists(uuid))).toBe(0);
    await library.database.execute(
      statement(`DO $$ BEGIN UPDATE press.authors SET deleted_at = now(); END $$`),
    );
    expect(await authors().exists(uuid)).toBe(false);
  });

  test('keeps cached pairs when it only locks or reads rows', async () => {
    const uuid = await known();
    for (const lock of ['FOR UPDATE', 'FOR NO KEY UPDATE', 'FOR SHARE']) {
      await library.database.rows(
        statement(`SELECT 1 FROM press.authors WHERE public_key = $1 ${lock}`),
        [uuid],
      );
    }
    await authors().update(AuthorView, (await known()) as never, { name: 'Augusta' });
    expect(await cost(() => authors().exists(uuid))).toBe(0);
  });
});
