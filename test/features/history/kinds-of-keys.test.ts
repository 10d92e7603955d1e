import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  addGuidId,
  DualId,
  DualIdEntity,
  Field,
  GuidEntity,
  GuidId,
  newPublicId,
  View,
} from 'nest-dual-id';
import type { History } from 'nest-dual-id/history';
import { addHistory } from 'nest-dual-id/history';
import { Column, JoinColumn, ManyToOne } from 'typeorm';
import type { Archive } from './archive.js';
import { openArchive, Shelf } from './archive.js';
import { pause } from './archive-rows.js';

@GuidId({ table: 'genres', type: 52 })
class Genre extends GuidEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'songs', columns: { id: 'song_id' } })
class Song extends DualIdEntity {
  @Column('text') name!: string;
  @ManyToOne(() => Genre) @JoinColumn({ name: 'genre_uuid' }) genre!: Genre;
}

@View(Genre)
class GenreView {
  @Field() uuid!: PublicId<Genre>;
  @Field() name!: string;
}

@View(Song)
class SongView {
  @Field() uuid!: PublicId<Song>;
  @Field() name!: string;
  @Field() genreUuid!: PublicId<Genre>;
}

@View(Shelf)
class ShelfView {
  @Field() slug!: string;
}

async function migrate(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE TABLE genres (name text NOT NULL)');
  await addGuidId(runner, { table: 'genres', type: { id: 52, name: 'genre' } });
  await runner.query(`CREATE TABLE songs (name text NOT NULL, song_id bigint, uuid uuid,
    genre_uuid uuid NOT NULL REFERENCES genres)`);
  await addDualId(runner, { table: 'songs', columns: { id: 'song_id' } });
  for (const table of ['genres', 'songs', 'shelves']) {
    await addHistory(runner, { table, keep: 'changes' });
  }
}

let archive: Archive;
let other: { history: History; close(): Promise<void> };
let history: History;
beforeAll(async () => {
  archive = await openArchive(migrate);
  other = await archive.open([Genre, Song, Shelf]);
  history = other.history;
});
afterAll(async () => {
  await other.close();
  await archive.stop();
});

describe('the history of an entity', () => {
  test('whose UUID is its only key is found by it, also once it is gone', async () => {
    const uuid = newPublicId(7);
    await archive.sql("INSERT INTO genres (uuid, name) VALUES ($1, 'Jazz')", [uuid]);
    await archive.sql("UPDATE genres SET name = 'Swing' WHERE uuid = $1", [uuid]);
    const then = await pause(archive);
    await archive.sql('DELETE FROM genres WHERE uuid = $1', [uuid]);
    const { items } = await history.of(GenreView, uuid);
    expect(items.map(({ value }) => value)).toEqual([
      null,
      { uuid, name: 'Swing' },
      { uuid, name: 'Jazz' },
    ]);
    expect((await history.asOf(GenreView, uuid, then)).value).toEqual({ uuid, name: 'Swing' });
  });

  test('that no registry knows is found, also once it is gone', async () => {
    const [genre, uuid] = [newPublicId(7), newPublicId(4)];
    await archive.sql("INSERT INTO genres (uuid, name) VALUES ($1, 'Jazz')", [genre]);
    await archive.sql('INSERT INTO songs (uuid, name, genre_uuid) VALUES ($1, $2, $3)', [
      uuid,
      'So What',
      genre,
    ]);
    const then = await pause(archive);
    const read = async () => (await history.asOf(SongView, uuid, then)).value;
    expect(await read()).toEqual({ uuid, name: 'So What', genreUuid: genre });
    await archive.sql('DELETE FROM genres WHERE uuid = $1', [genre]).catch(() => undefined);
    expect(await read()).toEqual({ uuid, name: 'So What', genreUuid: genre });
    await archive.sql('DELETE FROM songs WHERE uuid = $1', [uuid]);
    expect(await read()).toEqual({ uuid, name: 'So What', genreUuid: genre });
  });

  test('of lookup data is found by its slug', async () => {
    await archive.sql("INSERT INTO shelves (slug) VALUES ('low')");
    await archive.sql("UPDATE shelves SET slug = 'high'");
    const { items } = await history.of(ShelfView, 'high');
    expect(items.map(({ value }) => value)).toEqual([{ slug: 'high' }, { slug: 'low' }]);
    await expect(history.of(ShelfView, 'low')).rejects.toMatchObject({ code: 'not_found' });
  });
});
