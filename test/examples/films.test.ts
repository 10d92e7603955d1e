import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DualIdRepository, PublicId } from 'nest-dual-id';
import { Database, newPublicId, Repositories } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import {
  Actor,
  ActorsController,
  ActorView,
  CastView,
  Film,
  FilmsController,
  FilmView,
  Genre,
  migrateFilms,
} from './films.js';

let example: Example;
let films: DualIdRepository<Film>;
let actors: DualIdRepository<Actor>;
beforeAll(async () => {
  example = await startExample({
    entities: [Genre, Actor, Film],
    controllers: [FilmsController, ActorsController],
    migrate: migrateFilms,
  });
  films = example.app.get(Repositories).of(Film);
  actors = example.app.get(Repositories).of(Actor);
  await example.sql(
    `INSERT INTO genres (slug, label) VALUES ('drama', 'Drama'), ('film-noir', 'Film noir')`,
  );
});
afterAll(() => example.stop());

let film: PublicId<Film>;
let cast: PublicId<Actor>[];
beforeEach(async () => {
  film = (await films.create(FilmView, { title: 'Laura' })).uuid;
  const names = ['Tierney', 'Andrews', 'Webb', 'Price'];
  const made = await actors.createMany(
    CastView,
    names.map((name) => ({ name })),
  );
  cast = made.map(({ uuid }) => uuid);
});

const castOf = async (uuid: PublicId<Film>) =>
  (await films.get(FilmView, uuid)).actorUuids.toSorted();
const sorted = (...places: number[]) => places.map((place) => cast[place]!).toSorted();

describe('a many-to-many relation', () => {
  test('is shown as views, in their order, and as public ids and slugs', async () => {
    await films.links('actors').set(film, cast);
    await films.links('genres').set(film, ['film-noir', 'drama']);
    const shown = await films.get(FilmView, film);
    expect(shown.actors.map(({ name }) => name)).toEqual(['Andrews', 'Price', 'Tierney', 'Webb']);
    expect(shown.actorUuids.toSorted()).toEqual(cast.toSorted());
    expect(shown.genres).toEqual(['drama', 'film-noir']);
    const [other] = (await actors.many(ActorView, [cast[0]!])).items;
    expect(other!.filmUuids).toEqual([film]);
  });

  test('is written over HTTP by public ids, and returns the new version', async () => {
    const put = await example.ask('PUT', `/films/${film}/actors`, {
      body: { actorUuids: [cast[0]] },
    });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({ actorUuids: [cast[0]], actors: [{ name: 'Tierney' }] });
    expect(await castOf(film)).toEqual([cast[0]]);
  });

  test('counts what a change added and removed', async () => {
    const links = films.links('actors');
    expect(await links.set(film, cast.slice(0, 2))).toEqual({ added: 2, removed: 0 });
    expect(await links.set(film, cast.slice(1, 3))).toEqual({ added: 1, removed: 1 });
    expect(await links.add(film, [cast[1]!, cast[3]!])).toEqual({ added: 1, removed: 0 });
    expect(await links.remove(film, [cast[2]!, cast[0]!])).toEqual({ added: 0, removed: 1 });
    expect(await castOf(film)).toEqual(sorted(1, 3));
    expect(await links.set(film, [])).toEqual({ added: 0, removed: 2 });
  });

  test('treats a repeated id as one, and an upper-case id as the same', async () => {
    const twice = [cast[0]!, cast[0]!.toUpperCase() as PublicId<Actor>];
    expect(await films.links('actors').set(film, twice)).toEqual({ added: 1, removed: 0 });
  });

  test('changes nothing if one of the others does not exist, and points to it', async () => {
    await films.links('actors').set(film, [cast[0]!]);
    await actors.remove(cast[2]!);
    const others = [cast[1]!, newPublicId<Actor>(4), cast[2]!, 'x' as PublicId<Actor>];
    for (const change of ['set', 'add'] as const) {
      await expect(
        films.links('actors', { named: 'actorUuids' })[change](film, others.slice(0, 3)),
      ).rejects.toMatchObject({
        code: 'missing_reference',
        details: { errors: [{ pointer: '/actorUuids/1' }, { pointer: '/actorUuids/2' }] },
      });
    }
    await expect(films.links('actors').add(film, others)).rejects.toMatchObject({
      code: 'missing_reference',
    });
    expect(await castOf(film)).toEqual([cast[0]]);
  });

  test('hides soft-deleted rows, and allows their link to be removed', async () => {
    await films.links('actors').set(film, cast);
    await actors.remove(cast[0]!);
    expect(await castOf(film)).toEqual(sorted(1, 2, 3));
    expect((await films.get(FilmView, film)).actors).toHaveLength(3);
    const unknown = newPublicId<Actor>(4);
    expect(await films.links('actors').remove(film, [cast[0]!, unknown])).toEqual({
      added: 0,
      removed: 1,
    });
  });

  test('refuses an entity that is missing, deleted, or at another version', async () => {
    const links = films.links('actors');
    await expect(links.set(newPublicId(4), [])).rejects.toMatchObject({ code: 'not_found' });
    await expect(links.set('7' as never, [])).rejects.toMatchObject({ code: 'not_found' });
    await links.set(film, cast, 1);
    for (const change of ['set', 'add', 'remove'] as const) {
      await expect(links[change](film, [cast[0]!], 1)).rejects.toMatchObject({
        code: 'version_mismatch',
        details: { currentVersion: 2 },
      });
    }
    await expect(links.set(film, cast, 99_999_999_999)).rejects.toMatchObject({
      code: 'version_mismatch',
    });
    await films.remove(film);
    await expect(links.set(film, cast)).rejects.toMatchObject({ code: 'gone' });
  });

  test('takes one statement for a change', async () => {
    const rows = jest.spyOn(example.app.get(Database), 'rows');
    await films.links('actors').set(film, cast);
    expect(rows).toHaveBeenCalledTimes(1);
    rows.mockRestore();
  });

  test('joins a transaction, and is rolled back with it', async () => {
    const database = example.app.get(Database);
    const failing = database.transaction(async () => {
      await films.links('actors').set(film, cast);
      await films.links('actors').remove(film, [cast[0]!]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await castOf(film)).toEqual([]);
  });
});

describe('links that are set at the same time', () => {
  test.each([
    ['by an entity with a version', () => films.links('actors'), () => film, () => cast],
    ['by an entity without one', () => actors.links('films'), () => cast[0]!, () => moreFilms],
  ] as const)('%s end as one of the sets, never as both', async (_, links, row, others) => {
    moreFilms = (
      await films.createMany(
        FilmView,
        ['Gilda', 'Detour', 'Vertigo', 'Rebecca'].map((title) => ({ title })),
      )
    ).map(({ uuid }) => uuid);
    const all = others() as readonly unknown[];
    const sets = [all.slice(0, 2), all.slice(2, 4)];
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        [...sets, ...sets].map((set) => (links() as { set: Function }).set(row(), set)),
      );
      const shown =
        row() === film
          ? (await films.get(FilmView, film)).actorUuids
          : (await actors.get(ActorView, cast[0]!)).filmUuids;
      const found = [...shown].toSorted() as string[];
      expect(sets.map((set) => [...set].toSorted())).toContainEqual(found);
    }
  });
  let moreFilms: PublicId<Film>[] = [];
});

test('an application with many-to-many relations lets no internal id out or in', async () => {
  const seed = async () => {
    const { uuid } = await films.create(FilmView, { title: 'Notorious' });
    const made = await actors.createMany(CastView, [{ name: 'Bergman' }, { name: 'Grant' }]);
    await films.links('actors').set(
      uuid,
      made.map((actor) => actor.uuid),
    );
    await films.links('genres').set(uuid, ['drama']);
  };
  const [genre, actorUuids] = [{ genres: ['drama'] }, { actorUuids: [cast[0]] }];
  await expectNoInternalIds(await example.asOwner(), {
    seed,
    bodies: { 'PUT /films/{filmUuid}/actors': actorUuids, 'POST /films/{filmUuid}/genres': genre },
  });
});

test('the doctor finds nothing wrong with tables of pairs', async () => {
  const dataSource = (await example.asOwner()).get(DataSource);
  expect(await diagnose({ dataSource, views: [FilmView, ActorView] })).toEqual([]);
});
