import type { Type } from '@nestjs/common';
import { Body, ConsoleLogger, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString, Length } from 'class-validator';
import type {
  DualIdModuleOptions,
  DualIdRepository,
  Page,
  PageRequest,
  PublicId,
} from 'nest-dual-id';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  DualIdFastifyAdapter,
  dualIdDataSource,
  DualIdModule,
  Field,
  InjectDualId,
  installDualId,
  IsPublicId,
  PageOf,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import type { TestDatabase } from 'nest-dual-id/testing';
import { testDatabase } from 'nest-dual-id/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Column, CreateDateColumn, JoinColumn, ManyToOne } from 'typeorm';

/** A small application without leaks, into which tests build one leak at a time. */
@DualId({ table: 'owners', type: 901 })
export class Owner extends DualIdEntity {
  @Column('text')
  name!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}

@DualId({ table: 'notes', type: 902 })
export class Note extends DualIdEntity {
  @ManyToOne(() => Owner, { nullable: false })
  @JoinColumn()
  owner!: Owner;

  @Column('text')
  title!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}

@View(Owner, { sort: ['createdAt', 'name'], filters: ['name'] })
export class OwnerView {
  @Field() uuid!: PublicId<Owner>;
  @Field() name!: string;
  @Field() createdAt!: Date;
}

@View(Note, { sort: ['createdAt', 'title'], filters: ['ownerUuid'] })
export class NoteView {
  @Field() uuid!: PublicId<Note>;
  @Field() ownerUuid!: PublicId<Owner>;
  @Field() title!: string;
}

class CreateOwner {
  @IsString()
  @Length(1, 100)
  name!: string;
}

class CreateNote {
  @IsPublicId(Owner)
  ownerUuid!: PublicId<Owner>;

  @IsString()
  @Length(1, 100)
  title!: string;
}

@Controller('owners')
class OwnersController {
  constructor(@InjectDualId(Owner) private readonly owners: DualIdRepository<Owner>) {}

  @Get()
  @ReturnsPage(OwnerView)
  list(@PageOf(OwnerView) page: PageRequest): Promise<Page<OwnerView>> {
    return this.owners.page(OwnerView, page);
  }

  @Post()
  @Returns(OwnerView, { location: '/owners/:uuid' })
  create(@Body() input: CreateOwner): Promise<OwnerView> {
    return this.owners.create(OwnerView, input);
  }

  @Get(':ownerUuid')
  @Returns(OwnerView)
  get(@Bind('ownerUuid', OwnerView) owner: OwnerView): OwnerView {
    return owner;
  }
}

const ofOwner = { within: { ownerUuid: 'owner' } };

/** The same pages as those of the owners, at another address. */
@Controller('authors')
class AuthorsController {
  constructor(@InjectDualId(Owner) private readonly owners: DualIdRepository<Owner>) {}

  @Get()
  @ReturnsPage(OwnerView)
  list(@PageOf(OwnerView) page: PageRequest): Promise<Page<OwnerView>> {
    return this.owners.page(OwnerView, page);
  }
}

@Controller()
class NotesController {
  constructor(@InjectDualId(Note) private readonly notes: DualIdRepository<Note>) {}

  @Post('notes')
  @Returns(NoteView, { location: '/owners/:ownerUuid/notes/:uuid' })
  create(@Body() input: CreateNote): Promise<NoteView> {
    return this.notes.create(NoteView, input);
  }

  @Get('owners/:ownerUuid/notes')
  @ReturnsPage(NoteView)
  list(@PageOf(NoteView, ofOwner) page: PageRequest): Promise<Page<NoteView>> {
    return this.notes.page(NoteView, page);
  }

  @Get('owners/:ownerUuid/notes/:noteUuid')
  @Returns(NoteView)
  get(@Bind('noteUuid', NoteView, ofOwner) note: NoteView): NoteView {
    return note;
  }
}

class CreateNotebook1 implements MigrationInterface {
  name = 'CreateNotebook1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    const times = 'created_at timestamptz NOT NULL DEFAULT now()';
    await runner.query(`CREATE TABLE owners (name text NOT NULL, ${times})`);
    await addDualId(runner, { table: 'owners', type: { id: 901, name: 'owner' } });
    await runner.query(
      `CREATE TABLE notes (title text NOT NULL, ${times}, owner_id bigint NOT NULL,
         CONSTRAINT notes_owner_id_fk FOREIGN KEY (owner_id) REFERENCES owners (id))`,
    );
    await addDualId(runner, { table: 'notes', type: { id: 902, name: 'note' } });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes, owners');
  }
}

const notebookData = (url: string) =>
  dualIdDataSource({ url, entities: [Owner, Note], migrations: [CreateNotebook1] });

/** A leak in a log is searched for, not printed. */
class UnprintedLogger extends ConsoleLogger {
  protected override printMessages(): void {}
}

/** A notebook that is not listening yet, and its end. */
export interface Notebook {
  readonly app: NestFastifyApplication;
  stop(): Promise<void>;
}

/** Creates a notebook with the leaks of these controllers and those that `tamper` builds in. */
export async function notebook(
  controllers: readonly Type[] = [],
  tamper: (app: NestFastifyApplication) => void = () => undefined,
  options: DualIdModuleOptions = {},
): Promise<Notebook> {
  const database: TestDatabase = await testDatabase({ migrations: notebookData });
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...notebookData(database.url), retryAttempts: 0 }),
      DualIdModule.forRoot({
        secret: 'a secret only for tests',
        exempt: { '/files': 'files that the test serves' },
        ...options,
      }),
      DualIdModule.forFeature([Owner, Note]),
    ],
    controllers: [OwnersController, AuthorsController, NotesController, ...controllers],
  })
  class NotebookModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    NotebookModule,
    new DualIdFastifyAdapter(),
    { logger: new UnprintedLogger(), abortOnError: false },
  );
  tamper(app);
  return {
    app,
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}
