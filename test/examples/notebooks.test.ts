import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { restrictedTo } from 'nest-dual-id';
import type { Library } from '../support/library/library.js';
import { openLibrary, sql } from '../support/library/library.js';
import { Member, migrateNotebooks, Notebook, Notebooks, NotebookView, Sheet } from './notebooks.js';

let library: Library;
let notebooks: Notebooks;
let ada: PublicId<Member>;
let bob: PublicId<Member>;
beforeAll(async () => {
  library = await openLibrary({}, [Member, Notebook, Sheet], migrateNotebooks);
  notebooks = new Notebooks(library.database, library.repositories);
  await sql(library, `INSERT INTO members (name) VALUES ('Ada'), ('Bob')`);
  await sql(
    library,
    `INSERT INTO notebooks (title, member_id) SELECT name || '''s notes', id FROM members`,
  );
  await sql(
    library,
    `INSERT INTO sheets (notebook_id, number, text)
     SELECT n.id, number, name || ' wrote ' || number FROM notebooks n
     JOIN members m ON m.id = member_id
     CROSS JOIN generate_series(1, CASE name WHEN 'Ada' THEN 3 ELSE 1 END) number`,
  );
  const members = await sql(library, 'SELECT uuid FROM members ORDER BY name');
  [ada, bob] = members.map(({ uuid }) => uuid) as [PublicId<Member>, PublicId<Member>];
});
afterAll(() => library.close());

const notebookOf = async (member: PublicId<Member>): Promise<PublicId<Notebook>> => {
  const request = { limit: 1, sort: [], filters: {}, within: {} };
  const read = () => library.repositories.page(NotebookView, request);
  return (await restrictedTo(member, read)).items[0]!.uuid;
};

describe('work for a member', () => {
  test('is told of the member’s sheets alone', async () => {
    expect(await notebooks.letterTo(bob)).toBe('Bob wrote 1');
    expect(await notebooks.letterTo(ada)).toBe('Ada wrote 1\nAda wrote 2\nAda wrote 3');
  });

  test('counts them by a statement of the application’s own', async () => {
    expect(await notebooks.countSheets()).toBe(4);
    expect(await restrictedTo(ada, () => notebooks.countSheets())).toBe(3);
    expect(await restrictedTo(ada, () => notebooks.share())).toBe(0.75);
  });

  test('cannot clear the notebook of another', async () => {
    const theirs = await notebookOf(bob);
    const clear = () => notebooks.clear(theirs);
    await expect(restrictedTo(ada, clear)).rejects.toMatchObject({ code: 'not_found' });
    expect(await notebooks.letterTo(bob)).toBe('Bob wrote 1');
    await restrictedTo(bob, clear);
    expect(await notebooks.letterTo(bob)).toBe('');
  });
});

test('work for one notebook is told of its sheets, and counts nothing by a statement for members', async () => {
  const uuid = await notebookOf(ada);
  const { items } = await notebooks.sharedSheets(uuid);
  expect(items.map(({ text }) => text)).toEqual(['Ada wrote 1', 'Ada wrote 2', 'Ada wrote 3']);
  expect(await restrictedTo({ entity: Notebook, uuid }, () => notebooks.countSheets())).toBe(0);
});
