import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import type { Archive } from './archive.js';
import { openArchive, Paper, PaperView, Writer, WriterView } from './archive.js';
import { paperOf, pause } from './archive-rows.js';

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive.stop());

const aWriter = async (name: string) =>
  (await archive.repositories.of(Writer).create(WriterView, { name } as never)).uuid;
const change = (changes: object) =>
  archive.repositories.of(Paper).update(PaperView, uuid, changes as never);
const newest = async () => (await archive.history.of(PaperView, uuid)).items[0]!;

let uuid: PublicId<Paper>;
let ada: string;
let bea: string;
let early: Date;
beforeEach(async () => {
  [ada, bea] = [await aWriter('Ada'), await aWriter('Bea')];
  await archive.sql("INSERT INTO shelves (slug) VALUES ('top'), ('low') ON CONFLICT DO NOTHING");
  const notes = { by: 'Ada' };
  const printedAt = new Date('2026-03-29T01:30:00.123Z');
  const price = '12345678901234567890.12';
  uuid = await paperOf(archive, ada, {
    pages: 7,
    price,
    printedAt,
    notes,
    secret: 'hush',
    words: ['a'],
    shelf: 'top',
    day: '2026-01-31',
  });
  early = await pause(archive);
  await change({
    title: 'Second',
    pages: null,
    price: '1',
    printedAt: null,
    notes: null,
    secret: 'louder',
    words: null,
    shelf: 'low',
    writerUuid: bea,
    day: null,
  });
});

describe('a revert', () => {
  test('writes back what the view showed, and is a change of its own', async () => {
    const before = (await archive.history.asOf(PaperView, uuid, early)).value!;
    const { version } = await archive.repositories.of(Paper).get(PaperView, uuid).then(newest);
    const view = await archive.history.revert(PaperView, uuid, early, { seen: version });
    expect({ ...view }).toMatchObject({ ...before, secret: 'louder' });
    expect(view).toMatchObject({ title: 'First', writerUuid: ada, shelf: 'top' });
    const [row] = await archive.sql('SELECT version FROM papers WHERE uuid = $1', [uuid]);
    expect(row!.version).toBe(3);
    expect(await newest()).toMatchObject({ operation: 'changed', value: { title: 'First' } });
    await archive.history.revert(PaperView, uuid, { version });
    expect((await newest()).value).toMatchObject({ title: 'Second', shelf: 'low' });
  });

  test('of what changed since the caller looked is refused, and writes nothing', async () => {
    const { version: seen } = await newest();
    await change({ title: 'Third' });
    await expect(archive.history.revert(PaperView, uuid, early, { seen })).rejects.toMatchObject({
      code: 'version_mismatch',
    });
    expect((await newest()).value).toMatchObject({ title: 'Third' });
  });

  test('of several at once succeeds for one of them', async () => {
    const { version: seen } = await newest();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => archive.history.revert(PaperView, uuid, early, { seen })),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ reason: { code: 'version_mismatch' } });
    }
    expect((await archive.history.of(PaperView, uuid)).items).toHaveLength(3);
  });

  test('waits for a change that is under way, and then refuses', async () => {
    const { version: seen } = await newest();
    let reverted: Promise<unknown> = Promise.resolve();
    await archive.database.transaction(async () => {
      await change({ title: 'Third' });
      reverted = archive.database
        .outside(() => archive.history.revert(PaperView, uuid, early, { seen }))
        .catch((error: unknown) => error);
      await pause(archive);
    });
    expect(await reverted).toMatchObject({ code: 'version_mismatch' });
  });

  test('leaves a column alone that came later than the image', async () => {
    await archive.sql('ALTER TABLE papers RENAME COLUMN pages TO sheets');
    await archive.sql('ALTER TABLE papers ADD COLUMN pages integer');
    await change({ pages: 3, title: 'Fourth' });
    const middle = await pause(archive);
    await archive.sql('ALTER TABLE papers DROP COLUMN pages');
    await change({ title: 'Fifth' }).catch(() => undefined);
    await archive.sql('ALTER TABLE papers RENAME COLUMN sheets TO pages');
    expect((await archive.history.revert(PaperView, uuid, middle)).title).toBe('Fourth');
  });

  test('to a row that is gone names the property', async () => {
    await archive.sql('DELETE FROM writers WHERE uuid = $1', [ada]);
    await expect(archive.history.revert(PaperView, uuid, early)).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/writerUuid' }] },
    });
    await archive.sql("DELETE FROM shelves WHERE slug = 'top'");
    await expect(archive.history.revert(PaperView, uuid, early)).rejects.toMatchObject({
      code: 'rule_violated',
      details: { errors: [{ pointer: '/shelf' }] },
    });
    expect((await newest()).value).toMatchObject({ title: 'Second', writerUuid: bea });
  });

  test('to a time when there was nothing, and of what is gone, is refused', async () => {
    await expect(archive.history.revert(PaperView, uuid, new Date(0))).rejects.toMatchObject({
      code: 'version_not_kept',
      message: expect.stringContaining('absent'),
    });
    await archive.repositories.of(Paper).remove(uuid);
    await expect(archive.history.revert(PaperView, uuid, early)).rejects.toMatchObject({
      code: 'gone',
    });
    await expect(
      archive.history.revert(PaperView, uuid, early, { seen: 'x' }),
    ).rejects.toMatchObject({ code: 'gone' });
  });

  test('takes no version that is made up', async () => {
    for (const version of ['x', '17', '']) {
      await expect(archive.history.revert(PaperView, uuid, { version })).rejects.toMatchObject({
        code: 'invalid_query',
      });
    }
  });

  test('takes no version of another entity, whose time it would mean', async () => {
    const other = await archive.history.of(PaperView, await paperOf(archive, ada));
    const { version } = other.items[0]!;
    await expect(archive.history.revert(PaperView, uuid, { version })).rejects.toMatchObject({
      code: 'version_not_kept',
    });
  });
});
