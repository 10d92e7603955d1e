import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import { addHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import { Column } from 'typeorm';
import type { Archive } from './archive.js';
import { openArchive, PaperView, Writer, WriterView } from './archive.js';
import { paperOf, pause, unlogged } from './archive-rows.js';

@DualId({ table: 'papers', type: 51 })
class NewPaper extends DualIdEntity {
  @Column('text', { name: 'headline' }) headline!: string;
  @Column('text', { nullable: true }) title!: string | null;
  @Column('int', { nullable: true }) day!: number | null;
  @Column('text', { nullable: true }) pages!: string | null;
  @Column('boolean', { nullable: true }) added!: boolean | null;
}

@View(NewPaper)
class NewPaperView {
  @Field() uuid!: PublicId<NewPaper>;
  @Field() headline!: string;
  @Field() title!: string | null;
  @Field() day!: number | null;
  @Field() pages!: string | null;
  @Field() added!: boolean | null;
}

@View(Writer)
class PhoneView {
  @Field() name!: string;
  @Field() phone!: string | null;
}

const logged: HistoryTable = { table: 'papers', keep: 'rows' };
let archive: Archive;
let writer: string;
beforeEach(async () => {
  archive = await openArchive();
  const made = await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never);
  writer = made.uuid;
});
afterEach(() => archive.stop());

const again = (more: Partial<HistoryTable>) =>
  archive.owner.transaction((runner) => addHistory(runner, { ...logged, ...more }));

describe('an image that is older than the table', () => {
  test('is read under new names, and as the types that the columns have', async () => {
    const uuid = await paperOf(archive, writer, { pages: 7, day: '2026-01-31' });
    const early = await pause(archive);
    await archive.sql(`ALTER TABLE papers RENAME COLUMN title TO headline;
      ALTER TABLE papers DROP COLUMN price, DROP COLUMN sums, ADD COLUMN added boolean;
      ALTER TABLE papers DROP COLUMN day, ADD COLUMN day integer;
      ALTER TABLE papers ALTER COLUMN pages TYPE text`);
    await again({ renamed: { title: 'headline' } });
    await archive.sql('ALTER TABLE papers ADD COLUMN title text');
    await archive.sql("UPDATE papers SET title = 'another', added = true, day = 3");
    const late = await pause(archive);
    const other = await archive.open([NewPaper]);
    const { history } = other;
    expect((await history.asOf(NewPaperView, uuid, early)).value).toEqual({
      uuid,
      headline: 'First',
      title: null,
      day: null,
      pages: '7',
      added: null,
    });
    expect((await history.asOf(NewPaperView, uuid, late)).value).toEqual({
      uuid,
      headline: 'First',
      title: 'another',
      day: 3,
      pages: '7',
      added: true,
    });
    const { items } = await history.of(NewPaperView, uuid);
    expect(items.map(({ before }) => before)).toEqual([
      { title: null, added: null, day: null },
      null,
    ]);
    await other.close();
  });

  test('keeps the names of two renamings, whatever a later call repeats', async () => {
    const uuid = await paperOf(archive, writer);
    const early = await pause(archive);
    await archive.sql('ALTER TABLE papers RENAME COLUMN title TO name');
    await again({ renamed: { title: 'name' } });
    await archive.sql("UPDATE papers SET name = 'Second'");
    const middle = await pause(archive);
    await archive.sql('ALTER TABLE papers RENAME COLUMN name TO headline');
    await again({ renamed: { name: 'headline' } });
    await archive.sql(
      "ALTER TABLE papers ADD COLUMN title text; UPDATE papers SET title = 'other'",
    );
    const late = await pause(archive);
    await archive.sql('ALTER TABLE papers ADD COLUMN name text');
    await again({ renamed: { title: 'name', name: 'headline' } });
    await archive.sql(`ALTER TABLE papers DROP COLUMN day, ADD COLUMN day integer,
      ADD COLUMN added boolean, ALTER COLUMN pages TYPE text`);
    const other = await archive.open([NewPaper]);
    const read = async (time: Date) => {
      const { value } = await other.history.asOf(NewPaperView, uuid, time);
      return [value!.headline, value!.title];
    };
    expect(await read(early)).toEqual(['First', null]);
    expect(await read(middle)).toEqual(['Second', null]);
    expect(await read(late)).toEqual(['Second', 'other']);
    await other.close();
  });

  test('has to be renamed to a column that is there', async () => {
    await expect(again({ renamed: { name: 'headline' } })).rejects.toThrow('no column headline');
  });
});

describe('what the log kept in another way', () => {
  test('is unknown while it kept ids alone, and erased where an image was blanked', async () => {
    await again({ keep: 'ids' });
    const uuid = await paperOf(archive, writer);
    const early = await pause(archive);
    await again({ keep: 'rows' });
    await archive.sql('UPDATE papers SET pages = 1');
    const late = await pause(archive);
    const read = async (time: Date) => {
      const { knowledge, value } = await archive.history.asOf(PaperView, uuid, time);
      return [knowledge, value?.pages];
    };
    expect(await read(early)).toEqual(['unknown', undefined]);
    expect(await read(late)).toEqual(['known', 1]);
    await blank(uuid);
    expect(await read(early)).toEqual(['unknown', undefined]);
    expect(await read(late)).toEqual(['erased', undefined]);
    const { items } = await archive.history.of(PaperView, uuid);
    expect(items).toMatchObject([
      { operation: 'changed', knowledge: 'erased', value: null, before: null, after: null },
      { operation: 'created', knowledge: 'unknown', value: null, before: null, after: null },
    ]);
    await expect(archive.history.revert(PaperView, uuid, late)).rejects.toMatchObject({
      code: 'version_not_kept',
    });
  });

  test('is erased with a person, whose changes stay to be read', async () => {
    const writers = archive.repositories.of(Writer);
    const input = { name: 'Bea', city: 'Bern' } as never;
    const { uuid } = await writers.create(WriterView, input);
    await writers.update(WriterView, uuid, { city: 'Rome' } as never);
    const then = await pause(archive);
    await writers.erase(uuid);
    expect(await archive.history.asOf(WriterView, uuid, then)).toMatchObject({
      knowledge: 'erased',
      value: null,
    });
    const page = await archive.history.of(WriterView, uuid);
    expect(page.items.length).toBeGreaterThan(1);
    expect(JSON.stringify(page)).not.toMatch(/Bern|Rome/);
    expect(page.items.map(({ knowledge }) => knowledge)).toContain('erased');
  });

  test('does not mistake changed columns for a whole row', async () => {
    await again({ keep: 'changes' });
    const uuid = await paperOf(archive, writer);
    await archive.sql('UPDATE papers SET pages = 1');
    const early = await pause(archive);
    await again({ keep: 'rows' });
    const { value } = await archive.history.asOf(PaperView, uuid, early);
    expect(value).toMatchObject({ title: 'First', pages: 1, writerUuid: writer });
  });
});

describe('a row that stood before its table was logged', () => {
  test('is unknown before its first image', async () => {
    const uuid = await unlogged(archive, 'papers', () => paperOf(archive, writer));
    const early = await pause(archive);
    expect((await archive.history.asOf(PaperView, uuid, early)).knowledge).toBe('unknown');
    await archive.sql('UPDATE papers SET pages = 1');
    expect((await archive.history.asOf(PaperView, uuid, early)).knowledge).toBe('unknown');
    const late = await archive.history.asOf(PaperView, uuid, await pause(archive));
    expect(late).toMatchObject({ knowledge: 'known', value: { pages: 1, title: 'First' } });
  });

  test('is completed from later changes and from itself where changed columns are kept', async () => {
    const uuid = await unlogged(archive, 'writers', async () => {
      const input = { name: 'Bea', city: 'Bern', phone: '1' } as never;
      return (await archive.repositories.of(Writer).create(WriterView, input)).uuid;
    });
    const times: Date[] = [];
    for (const changes of ["name = 'Cleo'", "city = 'Rome'", "name = 'Dora'"]) {
      await archive.sql(`UPDATE writers SET ${changes} WHERE uuid = $1`, [uuid]);
      times.push(await pause(archive));
    }
    const read = () =>
      Promise.all(
        times.map(async (time) => {
          const { value } = await archive.history.asOf(WriterView, uuid, time);
          return [value!.name, value!.city];
        }),
      );
    const expected = [
      ['Cleo', 'Bern'],
      ['Cleo', 'Rome'],
      ['Dora', 'Rome'],
    ];
    expect(await read()).toEqual(expected);
    const withPhone = await archive.history.asOf(PhoneView, uuid, times[0]!);
    expect(withPhone.value).toEqual({ name: 'Cleo', phone: null });
    await archive.sql('DELETE FROM writers WHERE uuid = $1', [uuid]);
    expect(await read()).toEqual(expected);
  });

  test('is unknown after a batch that may have changed it', async () => {
    const uuid = await paperOf(archive, writer);
    const early = await pause(archive);
    await archive.sql(`SET dual_id.bulk = 'on'; UPDATE papers SET pages = 1; RESET dual_id.bulk`);
    const late = await pause(archive);
    const read = async (time: Date) =>
      (await archive.history.asOf(PaperView, uuid, time)).knowledge;
    expect([await read(early), await read(late)]).toEqual(['known', 'unknown']);
    const { items } = await archive.history.of(PaperView, uuid);
    expect(items.map(({ operation }) => operation)).toEqual(['batch', 'created']);
  });
});

/** Blanks the images of a row as an erasure does. */
async function blank(uuid: string): Promise<void> {
  const rows = await archive.sql(
    'SELECT tableoid::regclass::text AS part FROM dual_id.changes GROUP BY 1',
  );
  for (const { part } of rows) {
    await archive.asSuperuser(`ALTER TABLE ${part} DISABLE TRIGGER ALL;
      UPDATE ${part} SET old = NULL, new = NULL WHERE uuid = '${uuid}';
      ALTER TABLE ${part} ENABLE ALWAYS TRIGGER changes_kept`);
  }
}
