import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { DualIdRepository, PublicId } from 'nest-dual-id';
import pg from 'pg';
import { Author, Book, Genre } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import { BookSummary, GenreView } from '../../support/library/library.views.js';
import {
  Meter,
  MeterView,
  Reading,
  Station,
  StationView,
} from '../../support/stations/stations.entities.js';
import { openStations } from '../../support/stations/stations.js';

let library: Library;
let books: DualIdRepository<Book>;
beforeAll(async () => {
  library = await openLibrary({ resolverCacheSize: 3 });
  books = library.repositories.of(Book);
});
afterAll(() => library.close());

async function someBook(): Promise<BookSummary> {
  return aBook(library, (await anAuthor(library)).uuid);
}

const cost = (work: () => Promise<unknown>) =>
  statementsOf(library, work).then((texts) => texts.length);

describe('resolving a public id', () => {
  test('returns the internal id, querying the database once', async () => {
    const { uuid } = await someBook();
    expect(showsInternalId(await books.resolve(uuid))).toBe(true);
    expect(await cost(() => books.resolve(uuid))).toBe(0);
    expect(await cost(() => books.exists(uuid))).toBe(0);
    expect([...(await books.resolveMany([uuid, randomUUID() as never])).keys()]).toEqual([uuid]);
  });

  test('keeps no more pairs than allowed', async () => {
    const recent = [await someBook(), await someBook(), await someBook(), await someBook()];
    for (const { uuid } of recent) await books.resolve(uuid);
    expect(await cost(() => books.resolve(recent[3]!.uuid))).toBe(0);
    expect(await cost(() => books.resolve(recent[0]!.uuid))).toBe(1);
  });

  test('remembers only briefly that an id is unknown', async () => {
    const uuid = randomUUID() as never;
    expect(await cost(() => books.exists(uuid))).toBe(1);
    expect(await cost(() => books.exists(uuid))).toBe(0);
    await sleep(1050);
    expect(await cost(() => books.exists(uuid))).toBe(1);
  });

  test('forgets that an id is unknown once a row with that id is created', async () => {
    const uuid = randomUUID() as never;
    const { uuid: authorUuid } = await anAuthor(library);
    expect(await books.exists(uuid)).toBe(false);
    await books.create(BookSummary, { uuid, title: 'Chosen', authorUuid });
    expect(await books.exists(uuid)).toBe(true);
    const genres = library.repositories.of(Genre);
    expect(await genres.exists('noir')).toBe(false);
    await genres.createMany(GenreView, [{ slug: 'noir', name: 'Noir' }]);
    expect(await genres.exists('noir')).toBe(true);
  });

  test('forgets a removed row, once that is committed', async () => {
    const [gone, kept] = [await someBook(), await someBook()];
    await books.resolve(gone.uuid);
    await books.remove(gone.uuid);
    await expect(books.resolve(gone.uuid)).rejects.toMatchObject({ code: 'gone' });
    await books.resolve(kept.uuid);
    const abandoned = library.database.transaction(async () => {
      await books.remove(kept.uuid);
      expect(await books.exists(kept.uuid)).toBe(false);
      throw new Error('changed my mind');
    });
    await expect(abandoned).rejects.toThrow('changed my mind');
    expect(await cost(() => books.resolve(kept.uuid))).toBe(0);
  });

  test('remembers nothing that only a transaction saw', async () => {
    const uuid = randomUUID() as never;
    const { uuid: authorUuid } = await anAuthor(library);
    const abandoned = library.database.transaction(async () => {
      await books.create(BookSummary, { uuid, title: 'Never', authorUuid });
      expect(await books.exists(uuid)).toBe(true);
      throw new Error('changed my mind');
    });
    await expect(abandoned).rejects.toThrow();
    expect(await books.exists(uuid)).toBe(false);
  });

  test('does not cache a result that was overtaken by a removal', async () => {
    const { uuid } = await someBook();
    const { resolving, arrive } = await whileAnswerIsOnItsWay(() => books.resolve(uuid));
    await books.remove(uuid);
    arrive();
    expect(showsInternalId(await resolving)).toBe(true);
    expect(await books.exists(uuid)).toBe(false);
  });

  test('finds no soft-deleted author', async () => {
    const authors = library.repositories.of(Author);
    const { uuid } = await anAuthor(library);
    await authors.resolve(uuid);
    await authors.remove(uuid);
    expect(await authors.exists(uuid)).toBe(false);
  });
});

describe('a change by this process', () => {
  test('is seen at once when a slug moves to another row', async () => {
    const genres = library.repositories.of(Genre);
    await genres.createMany(GenreView, [
      { slug: 'first', name: 'First' },
      { slug: 'second', name: 'Second' },
    ]);
    const [first, second] = [await genres.resolve('first'), await genres.resolve('second')];
    await genres.update(GenreView, 'first', { slug: 'former' });
    expect(await genres.exists('first')).toBe(false);
    await genres.update(GenreView, 'second', { slug: 'first' });
    expect(await genres.exists('second')).toBe(false);
    expect([await genres.resolve('former'), await genres.resolve('first')]).toEqual([
      first,
      second,
    ]);
  });

  test('is not seen before its commit, and not at all without one', async () => {
    const genres = library.repositories.of(Genre);
    await genres.create(GenreView, { slug: 'stays', name: 'Stays' });
    const id = await genres.resolve('stays');
    const abandoned = library.database.transaction(async () => {
      await genres.update(GenreView, 'stays', { slug: 'goes' });
      throw new Error('changed my mind');
    });
    await expect(abandoned).rejects.toThrow();
    expect(await genres.resolve('stays')).toBe(id);
    expect(await genres.exists('goes')).toBe(false);
  });

  test.each([
    ['by SQL', true],
    ['by its repository', false],
  ])('is seen in rows deleted along with a row that is deleted %s', async (_way, isSql) => {
    const stations = await openStations();
    const [meters, parents] = [stations.repositories.of(Meter), stations.repositories.of(Station)];
    const { uuid: station } = await parents.create(StationView, { name: 'one' });
    const { uuid: meter } = await meters.create(MeterView, { name: 'm', stationUuid: station });
    await sql(stations, 'INSERT INTO readings (meter_id) SELECT id FROM meters');
    const [reading] = await sql(stations, 'SELECT uuid FROM readings');
    const readings = stations.repositories.of(Reading);
    const uuid = reading!['uuid'] as PublicId<Reading>;
    const all = () =>
      Promise.all([parents.exists(station), meters.exists(meter), readings.exists(uuid)]);
    expect(await all()).toEqual([true, true, true]);
    const remove = statement('DELETE FROM stations WHERE uuid = $1');
    if (isSql) await stations.database.execute(remove, [station]);
    else await parents.remove(station.toUpperCase() as typeof station);
    expect(await all()).toEqual([false, false, false]);
    await stations.close();
  });
});

describe('a change by others', () => {
  test('is seen after the configured time', async () => {
    const brief = await openLibrary({ resolverCacheMilliseconds: 300 });
    const authors = brief.repositories.of(Author);
    const { uuid } = await anAuthor(brief);
    await authors.resolve(uuid);
    await sql(brief, 'UPDATE press.authors SET deleted_at = now()');
    expect(await statementsOf(brief, () => authors.exists(uuid))).toHaveLength(0);
    await sleep(350);
    await expect(authors.resolve(uuid)).rejects.toMatchObject({ code: 'gone' });
    await brief.close();
  });

  test('is seen at once if the cache is disabled', async () => {
    const none = await openLibrary({ resolverCacheMilliseconds: 0 });
    const authors = none.repositories.of(Author);
    const { uuid } = await anAuthor(none);
    expect(await authors.exists(uuid)).toBe(true);
    await sql(none, 'UPDATE press.authors SET deleted_at = now()');
    expect(await authors.exists(uuid)).toBe(false);
    await none.close();
  });

  test('is seen once a connection was lost, since another server may have taken over', async () => {
    const { uuid } = await someBook();
    await books.resolve(uuid);
    expect(await cost(() => books.resolve(uuid))).toBe(0);
    const other = new pg.Client({ connectionString: library.url });
    await other.connect();
    await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`);
    await other.end();
    const { counters } = library.database;
    while (counters.of('lostConnections') === 0) await sleep(10);
    expect(await cost(() => books.resolve(uuid))).toBeGreaterThan(0);
  });
});

/** Starts a lookup whose result has left the database and arrives on command. */
async function whileAnswerIsOnItsWay<T>(work: () => Promise<T>) {
  const { database } = library;
  const rows = database.rows.bind(database);
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => (arrive = resolve));
  let resolving!: Promise<T>;
  await new Promise<void>((left) => {
    database.rows = async (...question) => {
      const answer = await rows(...question);
      left();
      await gate;
      return answer;
    };
    resolving = work();
  });
  database.rows = rows;
  return { resolving, arrive };
}
