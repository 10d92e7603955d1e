import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Version } from 'nest-dual-id/history';
import { Computed, Field, Many, View } from 'nest-dual-id';
import type { Archive } from './archive.js';
import { LineView, openArchive, Paper, PaperView, Writer, WriterView } from './archive.js';
import { paperOf, pause } from './archive-rows.js';

let archive: Archive;
let writer: string;
beforeAll(async () => {
  archive = await openArchive();
  const created = await archive.repositories
    .of(Writer)
    .create(WriterView, { name: 'Ada' } as never);
  writer = created.uuid;
});
afterAll(() => archive.stop());

const titled = (uuid: string, title: string) =>
  archive.sql('UPDATE papers SET title = $2 WHERE uuid = $1', [uuid, title]);

async function allVersions(uuid: string, limit: number): Promise<Version<PaperView>[]> {
  const found: Version<PaperView>[] = [];
  let after: string | undefined;
  do {
    const page = await archive.history.of(PaperView, uuid, { limit, after });
    found.push(...page.items);
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
  return found;
}

describe('the versions of an entity', () => {
  test('are listed from the newest, with what changed and what it was before', async () => {
    const uuid = await paperOf(archive, writer);
    await titled(uuid, 'Second');
    await archive.sql('DELETE FROM papers WHERE uuid = $1', [uuid]);
    const [deleted, changed, created] = await allVersions(uuid, 20);
    expect(created).toMatchObject({
      operation: 'created',
      knowledge: 'known',
      before: null,
      value: { uuid, title: 'First', writerUuid: writer },
      after: { uuid, title: 'First', writerUuid: writer },
      actorUuid: null,
    });
    expect(changed).toMatchObject({ operation: 'changed', value: { title: 'Second' } });
    expect(changed!.before).toEqual({ title: 'First' });
    expect(changed!.after).toEqual({ title: 'Second' });
    expect(deleted).toMatchObject({
      operation: 'deleted',
      knowledge: 'absent',
      value: null,
      before: { title: 'Second' },
      after: null,
    });
  });

  test('follow each other without a gap or an overlap on pages of any size', async () => {
    const uuid = await paperOf(archive, writer);
    for (let at = 0; at < 6; at++) await titled(uuid, `Title ${at}`);
    await archive.sql('DELETE FROM papers WHERE uuid = $1', [uuid]);
    const versions = await allVersions(uuid, 3);
    expect(versions).toHaveLength(8);
    expect(versions[0]!.validTo).toBeNull();
    for (const [at, { validFrom, validTo }] of versions.entries()) {
      if (at > 0) expect(validTo).toEqual(versions[at - 1]!.validFrom);
      if (validTo) expect(validFrom.getTime()).toBeLessThanOrEqual(validTo.getTime());
    }
    const whole = await allVersions(uuid, 100);
    const withoutNames = (list: typeof whole) => list.map((one) => ({ ...one, version: '' }));
    expect(withoutNames(whole)).toEqual(withoutNames(versions));
  });

  test('follow each other also when the clock was set back', async () => {
    const uuid = await paperOf(archive, writer);
    await pause(archive);
    await titled(uuid, 'Second');
    await titled(uuid, 'Third');
    for (const part of await parts()) {
      await archive.asSuperuser(`ALTER TABLE ${part} DISABLE TRIGGER ALL;
        UPDATE ${part} SET occurred_at = occurred_at - interval '1 minute'
        WHERE uuid = '${uuid}' AND new ->> 'title' = 'Third'; ALTER TABLE ${part} ENABLE ALWAYS TRIGGER changes_kept`);
    }
    for (const limit of [1, 2, 3]) {
      const [third, second, first] = await allVersions(uuid, limit);
      expect([first!.validTo, second!.validTo]).toEqual([second!.validFrom, third!.validFrom]);
      expect(first!.validFrom).toEqual(first!.validTo);
      const state = await archive.history.asOf(PaperView, uuid, third!.validFrom);
      expect(state.value).toMatchObject({ title: 'Third' });
    }
  });

  const parts = async () => {
    const rows = await archive.sql(`SELECT tableoid::regclass::text AS part FROM dual_id.changes
      GROUP BY 1`);
    return rows.map(({ part }) => part!);
  };

  test('have cursors of one history alone', async () => {
    const [one, other] = [await paperOf(archive, writer), await paperOf(archive, writer)];
    await titled(one, 'Second');
    const { nextCursor } = await archive.history.of(PaperView, one, { limit: 1 });
    await expect(
      archive.history.of(PaperView, other, { after: nextCursor! }),
    ).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('of rows without a public id are listed under that of their parent', async () => {
    const uuid = await paperOf(archive, writer);
    await archive.sql(
      `INSERT INTO paper_lines SELECT id, n, 'line ' || n FROM papers, generate_series(1, 2) n
       WHERE uuid = $1`,
      [uuid],
    );
    await pause(archive);
    await archive.sql("UPDATE paper_lines SET text = 'new' WHERE line = 1");
    const { items } = await archive.history.of(LineView, uuid);
    expect(items.map(({ operation, value }) => [operation, value])).toEqual([
      ['changed', { line: 1, text: 'new', paperUuid: uuid }],
      ['created', { line: 2, text: 'line 2', paperUuid: uuid }],
      ['created', { line: 1, text: 'line 1', paperUuid: uuid }],
    ]);
    expect(items.map(({ validTo }) => validTo)).toEqual([null, null, items[0]!.validFrom]);
  });
});

describe('a difference', () => {
  test('shows the properties that were not the same', async () => {
    const uuid = await paperOf(archive, writer);
    const from = await pause(archive);
    await titled(uuid, 'Second');
    await titled(uuid, 'Third');
    const to = await pause(archive);
    expect(await archive.history.diff(PaperView, uuid, from, to)).toEqual({
      knowledge: { before: 'known', after: 'known' },
      before: { title: 'First' },
      after: { title: 'Third' },
    });
    const ago = new Date(0);
    expect(await archive.history.diff(PaperView, uuid, ago, to)).toMatchObject({
      knowledge: { before: 'absent', after: 'known' },
      before: {},
      after: { title: 'Third' },
    });
  });
});

describe('a view that needs more than the row', () => {
  @View(Paper)
  class Nesting {
    @Field(() => WriterView) writer!: WriterView;
  }
  @View(Paper)
  class Listing {
    @Many(() => LineView, 'paper', { orderBy: 'line' }) lines!: LineView[];
  }
  @View(Paper)
  class Computing {
    @Computed({ type: 'string' }, (paper) => `upper(${paper('title')})`) shout!: string;
  }
  @View(Paper)
  class Reaching {
    @Field('writer.name') writerName!: string;
  }

  test.each([
    [Nesting, 'nests another view'],
    [Listing, 'lists other rows'],
    [Computing, 'is computed'],
    [Reaching, 'reads another row'],
  ])('%p is refused at its first use', async (view, why) => {
    const uuid = await paperOf(archive, writer);
    for (const read of [
      () => archive.history.of<object>(view, uuid),
      () => archive.history.asOf<object>(view, uuid, new Date()),
    ]) {
      await expect(read()).rejects.toMatchObject({
        code: 'setup_refused',
        message: expect.stringContaining(why),
      });
    }
  });

  test('and one whose table is not logged names the call that is missing', async () => {
    await archive.asSuperuser(
      "UPDATE dual_id.history_tables SET table_name = 'x' WHERE table_name = 'writers'",
    );
    await expect(archive.history.of(WriterView, writer)).rejects.toThrow(/addHistory\(runner/);
    await archive.asSuperuser(
      "UPDATE dual_id.history_tables SET table_name = 'writers' WHERE table_name = 'x'",
    );
  });
});
