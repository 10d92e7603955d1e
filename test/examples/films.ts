import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { IsArray, IsString } from 'class-validator';
import type { Page, PageRequest, PublicId, SchemaRunner, Versions } from 'nest-dual-id';
import {
  addDualId,
  addReferenceId,
  Bind,
  DualId,
  DualIdEntity,
  DualIdRepository,
  Field,
  IfMatch,
  InjectDualId,
  installDualId,
  IsPublicId,
  Many,
  PageOf,
  PublicIdParam,
  PublicIds,
  ReferenceEntity,
  ReferenceId,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { Column, DeleteDateColumn, JoinTable, ManyToMany, VersionColumn } from 'typeorm';

@ReferenceId({ table: 'genres' })
export class Genre extends ReferenceEntity {
  @Column('text') label!: string;
}

@DualId({ table: 'actors', type: 71, named: ['name'] })
export class Actor extends DualIdEntity {
  @Column('text') name!: string;
  @ManyToMany(() => Film, (film) => film.actors) films!: Film[];
  @DeleteDateColumn({ name: 'deleted_at', type: 'timestamptz' }) deletedAt!: Date | null;
}

@DualId({ table: 'films', type: 70 })
export class Film extends DualIdEntity {
  @Column('text') title!: string;
  @ManyToMany(() => Genre) @JoinTable() genres!: Genre[];
  @ManyToMany(() => Actor, (actor) => actor.films) @JoinTable() actors!: Actor[];
  @VersionColumn() version!: number;
}

@View(Actor)
export class CastView {
  @Field() uuid!: PublicId<Actor>;
  @Field() name!: string;
}

@View(Film)
export class FilmView {
  @Field() uuid!: PublicId<Film>;
  @Field() title!: string;
  @PublicIds('genres') genres!: string[];
  @PublicIds('actors') actorUuids!: PublicId<Actor>[];
  @Many(() => CastView, { orderBy: 'name' }) actors!: CastView[];
}

@View(Actor, { sort: ['name'] })
export class ActorView {
  @Field() uuid!: PublicId<Actor>;
  @Field() name!: string;
  @PublicIds('films') filmUuids!: PublicId<Film>[];
}

export class CreateFilm {
  @IsString() title!: string;
}

export class Cast {
  @IsPublicId(Actor, { each: true }) actorUuids!: PublicId<Actor>[];
}

export class Genres {
  @IsArray() @IsString({ each: true }) genres!: string[];
}

@Controller('films')
export class FilmsController {
  constructor(@InjectDualId(Film) private readonly films: DualIdRepository<Film>) {}

  @Get(':filmUuid')
  @Returns(FilmView)
  get(@Bind('filmUuid', FilmView) film: FilmView): FilmView {
    return film;
  }

  @Post()
  @Returns(FilmView, { location: '/films/:uuid' })
  create(@Body() input: CreateFilm): Promise<FilmView> {
    return this.films.create(FilmView, input);
  }

  @Put(':filmUuid/actors')
  @Returns(FilmView)
  async cast(
    @PublicIdParam('filmUuid', Film) film: PublicId<Film>,
    @Body() { actorUuids }: Cast,
    @IfMatch() versions?: Versions,
  ): Promise<FilmView> {
    await this.films.links('actors', { named: 'actorUuids' }).set(film, actorUuids, versions);
    return this.films.get(FilmView, film);
  }

  @Post(':filmUuid/genres')
  @Returns(FilmView)
  async describe(
    @PublicIdParam('filmUuid', Film) film: PublicId<Film>,
    @Body() { genres }: Genres,
    @IfMatch() versions?: Versions,
  ): Promise<FilmView> {
    await this.films.links('genres').add(film, genres, versions);
    return this.films.get(FilmView, film);
  }

  @Delete(':filmUuid/actors/:actorUuid')
  @ReturnsNothing()
  async leave(
    @PublicIdParam('filmUuid', Film) film: PublicId<Film>,
    @PublicIdParam('actorUuid', Actor, { unscoped: 'ending a link that is not there is no error' })
    actor: PublicId<Actor>,
  ): Promise<void> {
    await this.films.links('actors').remove(film, [actor]);
  }
}

@Controller('actors')
export class ActorsController {
  constructor(@InjectDualId(Actor) private readonly actors: DualIdRepository<Actor>) {}

  @Get()
  @ReturnsPage(ActorView)
  list(@PageOf(ActorView) page: PageRequest): Promise<Page<ActorView>> {
    return this.actors.page(ActorView, page);
  }

  @Get(':actorUuid')
  @Returns(ActorView)
  get(@Bind('actorUuid', ActorView) actor: ActorView): ActorView {
    return actor;
  }
}

export async function migrateFilms(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(`
    CREATE TABLE genres (label text NOT NULL);
    CREATE TABLE actors (name text NOT NULL, deleted_at timestamptz);
    CREATE TABLE films (title text NOT NULL, version integer NOT NULL)`);
  await addReferenceId(runner, { table: 'genres' });
  await addDualId(runner, {
    table: 'actors',
    type: { id: 71, name: 'actor' },
    namedBy: ['name'],
    deletedAt: 'deleted_at',
  });
  await addDualId(runner, { table: 'films', type: { id: 70, name: 'film' } });
  await addPairs(runner, 'films_genres_genres', 'genres', 'integer');
  await addPairs(runner, 'films_actors_actors', 'actors', 'bigint');
}

/** The table of a `@JoinTable`, with the names that TypeORM looks for. */
async function addPairs(runner: SchemaRunner, table: string, other: string, type: string) {
  await runner.query(`
    CREATE TABLE ${table} (
      films_id bigint NOT NULL CONSTRAINT ${table}_films_id_fk
        REFERENCES films ON DELETE CASCADE ON UPDATE CASCADE,
      ${other}_id ${type} NOT NULL CONSTRAINT ${table}_${other}_id_fk
        REFERENCES ${other} ON DELETE CASCADE ON UPDATE CASCADE,
      CONSTRAINT ${table}_pk PRIMARY KEY (films_id, ${other}_id));
    CREATE INDEX ${table}_films_id_ix ON ${table} (films_id);
    CREATE INDEX ${table}_${other}_id_ix ON ${table} (${other}_id)`);
}
