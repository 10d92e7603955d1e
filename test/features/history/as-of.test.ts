import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import type { Archive, Paper, Writer } from './archive.js';
import {
  LabelView,
  LineView,
  openArchive,
  Paper as PaperEntity,
  PaperView,
  Writer as WriterEntity,
  WriterView,
} from './archive.js';

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive.stop());

const now = async () => {
  const [row] = await archive.sql<{ now: Date }>('SELECT clock_timestamp() AS now');
  // Times are shown to the millisecond, and one includes all of its microseconds.
  await archive.sql('SELECT pg_sleep(0.002)');
  return row!.now;
};
const aWriter = async (name = 'Ada') => {
  const made = await archive.repositories.of(WriterEntity).create(WriterView, { name } as never);
  return made.uuid;
};
const aPaper = async (writerUuid: PublicId<Writer>, more: object = {}) => {
  const input = { title: 'First', writerUuid, ...more } as never;
  return (await archive.repositories.of(PaperEntity).create(PaperView, input)).uuid;
};
const change = (uuid: PublicId<Paper>, changes: object) =>
  archive.repositories.of(PaperEntity).update(PaperView, uuid, changes as never);

describe('the state of an entity at a time', () => {
  test('is what its view showed then', async () => {
    const before = await now();
    const writer = await aWriter();
    const values = {
      pages: 7,
      price: '12345678901234567890.1200',
      printedAt: new Date('2026-03-29T01:30:00.123Z'),
      day: '2026-03-29',
      words: ['a', 'b, "c"'],
      sums: ['1.10', '12345678901234567890'],
      notes: { by: 'Ada' },
    };
    const uuid = await aPaper(writer, values);
    const shown = Object.assign(
      new PaperView(),
      Object.fromEntries(
        Object.entries(await archive.repositories.of(PaperEntity).get(PaperView, uuid)),
      ),
    );
    const first = await now();
    await change(uuid, { title: 'Second', pages: null });
    const second = await now();
    await archive.repositories.of(PaperEntity).remove(uuid);

    const { history } = archive;
    expect(await history.asOf(PaperView, uuid, before)).toMatchObject({
      knowledge: 'absent',
      value: null,
      validFrom: null,
    });
    const then = await history.asOf(PaperView, uuid, first);
    expect(then).toMatchObject({ knowledge: 'known', value: shown });
    expect(then.value).toBeInstanceOf(PaperView);
    expect(then.value).toMatchObject(values);
    const later = await history.asOf(PaperView, uuid, second);
    expect(later.value).toEqual(Object.assign(shown, { title: 'Second', pages: null }));
    expect(later.validFrom).toEqual(then.validTo);
    const end = await history.asOf(PaperView, uuid, await now());
    expect(end).toMatchObject({ knowledge: 'absent', validFrom: later.validTo, validTo: null });
  });

  test('begins in the millisecond that its version shows', async () => {
    const uuid = await aPaper(await aWriter());
    const { items } = await archive.history.of(PaperView, uuid);
    const { validFrom, version } = items[0]!;
    const state = await archive.history.asOf(PaperView, uuid, validFrom);
    expect(state).toMatchObject({ knowledge: 'known', validFrom });
    expect(version.length).toBeGreaterThan(60);
    const earlier = new Date(validFrom.getTime() - 1);
    expect((await archive.history.asOf(PaperView, uuid, earlier)).knowledge).toBe('absent');
  });

  test('is put together where the log has changed columns alone', async () => {
    const uuid = await aWriter('Ada');
    const times = [await now()];
    for (const changes of ["name = 'Bea'", "city = 'Bern'", "name = 'Cleo', city = NULL"]) {
      await archive.sql(`UPDATE writers SET ${changes} WHERE uuid = $1`, [uuid]);
      times.push(await now());
    }
    const states = await Promise.all(
      times.map((time) => archive.history.asOf(WriterView, uuid, time)),
    );
    expect(states.map(({ value }) => value)).toEqual([
      { uuid, name: 'Ada', city: null },
      { uuid, name: 'Bea', city: null },
      { uuid, name: 'Bea', city: 'Bern' },
      { uuid, name: 'Cleo', city: null },
    ]);
    const { items } = await archive.history.of(WriterView, uuid, { limit: 2 });
    expect(items.map(({ value }) => value)).toEqual(
      states
        .map((one) => one.value)
        .slice(2)
        .toReversed(),
    );
  });

  test('is absent while an entity is softly deleted', async () => {
    const uuid = await aWriter();
    await archive.repositories.of(WriterEntity).remove(uuid);
    expect((await archive.history.asOf(WriterView, uuid, await now())).knowledge).toBe('absent');
    await archive.sql('UPDATE writers SET deleted_at = NULL WHERE uuid = $1', [uuid]);
    expect((await archive.history.asOf(WriterView, uuid, await now())).knowledge).toBe('known');
    const { items } = await archive.history.of(WriterView, uuid);
    expect(items.map(({ operation }) => operation)).toEqual(['changed', 'deleted', 'created']);
  });

  test('is unknown where no image was kept, and not found for an id that never was', async () => {
    const [label] = await archive.sql("INSERT INTO labels (text) VALUES ('x') RETURNING uuid");
    const { uuid } = label!;
    await archive.sql("UPDATE labels SET text = 'y' WHERE uuid = $1", [uuid]);
    const { history } = archive;
    expect(await history.asOf(LabelView, uuid!, await now())).toMatchObject({
      knowledge: 'unknown',
      value: null,
    });
    await archive.sql('DELETE FROM labels WHERE uuid = $1', [uuid]);
    expect((await history.asOf(LabelView, uuid!, await now())).knowledge).toBe('absent');
    const never = '00000000-0000-4000-8000-000000000000';
    for (const id of [never, 'x', '7']) {
      await expect(history.asOf(PaperView, id, new Date())).rejects.toMatchObject({
        code: 'not_found',
      });
    }
  });

  test('is absent once the table was emptied', async () => {
    const uuid = await aPaper(await aWriter());
    const before = await now();
    await archive.sql('TRUNCATE papers CASCADE');
    const { history } = archive;
    expect((await history.asOf(PaperView, uuid, before)).knowledge).toBe('known');
    expect((await history.asOf(PaperView, uuid, await now())).knowledge).toBe('absent');
    const { items } = await history.of(PaperView, uuid);
    expect(items.map(({ operation }) => operation)).toEqual(['deleted', 'created']);
    const next = await aPaper(await aWriter());
    expect((await history.of(PaperView, next)).items).toHaveLength(1);
  });

  test('never shows what is redacted or ignored', async () => {
    const uuid = await aPaper(await aWriter(), { secret: 'hush' });
    const { value } = await archive.history.asOf(PaperView, uuid, await now());
    expect(value!.secret).toBe('***');
  });

  test('is of one row only', async () => {
    const uuid = await aPaper(await aWriter());
    await expect(archive.history.asOf(LineView, uuid, new Date())).rejects.toMatchObject({
      code: 'misuse',
    });
  });
});

describe('a time', () => {
  test('may have any offset, and has to have one', async () => {
    const uuid = await aPaper(await aWriter());
    const { validFrom } = (await archive.history.of(PaperView, uuid)).items[0]!;
    const ago = new Date(validFrom.getTime() + 5.5 * 3_600_000).toISOString();
    const there = ago.replace('Z', '+05:30');
    expect((await archive.history.asOf(PaperView, uuid, there)).knowledge).toBe('known');
    const local = validFrom.toISOString().replace('Z', '');
    await expect(archive.history.asOf(PaperView, uuid, local)).rejects.toMatchObject({
      code: 'invalid_query',
    });
    await expect(archive.history.asOf(PaperView, uuid, new Date('x'))).rejects.toMatchObject({
      code: 'invalid_query',
    });
  });

  test('means the same whatever the time zone of the session', async () => {
    const uuid = await aPaper(await aWriter(), { printedAt: new Date('2026-07-01T00:00:00Z') });
    const time = await now();
    for (const TimeZone of ['Asia/Kolkata', 'America/New_York']) {
      const state = await archive.database.withSettings({ TimeZone }, () =>
        archive.history.asOf(PaperView, uuid, time),
      );
      expect(state).toMatchObject({
        knowledge: 'known',
        value: { printedAt: new Date('2026-07-01T00:00:00Z') },
      });
    }
  });
});

describe('a reference', () => {
  test('is shown as it was, also when the row that it led to is gone', async () => {
    const [first, second] = [await aWriter('Ada'), await aWriter('Bea')];
    const uuid = await aPaper(first);
    const early = await now();
    await change(uuid, { writerUuid: second });
    await archive.sql('DELETE FROM writers WHERE uuid = $1', [first]);
    const { value } = await archive.history.asOf(PaperView, uuid, early);
    expect(value!.writerUuid).toBe(first);
    const { items } = await archive.history.of(PaperView, uuid);
    expect(items[0]).toMatchObject({
      before: { writerUuid: first },
      after: { writerUuid: second },
    });
  });

  test('outside of the registry is null once its row is gone', async () => {
    await archive.sql("INSERT INTO shelves (slug) VALUES ('top')");
    const [label] = await archive.sql("INSERT INTO labels (text) VALUES ('x') RETURNING uuid");
    const uuid = await aPaper(await aWriter(), { shelf: 'top', labelUuid: label!.uuid });
    const early = await now();
    const read = async () => (await archive.history.asOf(PaperView, uuid, early)).value;
    expect(await read()).toMatchObject({ shelf: 'top', labelUuid: label!.uuid });
    await archive.sql('DELETE FROM shelves');
    await archive.sql('DELETE FROM labels');
    expect(await read()).toMatchObject({ shelf: null, labelUuid: null });
  });
});
