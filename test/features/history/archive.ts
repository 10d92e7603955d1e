import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  addReferenceId,
  Database,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdModule,
  Field,
  installDualId,
  Personal,
  ReferenceEntity,
  ReferenceId,
  Repositories,
  View,
} from 'nest-dual-id';
import { addHistory, History, installHistory, journalProviders } from 'nest-dual-id/history';
import {
  Column,
  DataSource,
  DeleteDateColumn,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  Entity,
  VersionColumn,
} from 'typeorm';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor, urlAs } from '../../support/roles.js';

@DualId({ table: 'writers', type: 50 })
export class Writer extends DualIdEntity {
  @Column('text') name!: string;
  @Personal() @Column('text', { nullable: true }) city!: string | null;
  @Column('text', { nullable: true }) phone!: string | null;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

@ReferenceId({ table: 'shelves' })
export class Shelf extends ReferenceEntity {}

/** A dual id that no registry knows. */
@DualId({ table: 'labels' })
export class Label extends DualIdEntity {
  @Column('text') text!: string;
}

@DualId({ table: 'papers', type: 51 })
export class Paper extends DualIdEntity {
  @Column('text') title!: string;
  @Column('int', { nullable: true }) pages!: number | null;
  @Column('numeric', { nullable: true }) price!: string | null;
  @Column('timestamptz', { nullable: true }) printedAt!: Date | null;
  @Column('date', { nullable: true }) day!: string | null;
  @Column('text', { array: true, nullable: true }) words!: string[] | null;
  @Column('numeric', { array: true, nullable: true }) sums!: string[] | null;
  @Column('jsonb', { nullable: true }) notes!: { by: string } | null;
  @Column('text', { nullable: true }) secret!: string | null;
  @ManyToOne(() => Writer) @JoinColumn({ name: 'writer_id' }) writer!: Writer;
  @ManyToOne(() => Shelf, { nullable: true })
  @JoinColumn({ name: 'shelf_id' })
  shelf!: Shelf | null;
  @ManyToOne(() => Label, { nullable: true })
  @JoinColumn({ name: 'label_id' })
  label!: Label | null;
  @ManyToMany(() => Writer)
  @JoinTable({
    name: 'paper_readers',
    joinColumn: { name: 'paper_id' },
    inverseJoinColumn: { name: 'writer_id' },
  })
  readers!: Writer[];
  @VersionColumn({ default: 1 }) version!: number;
}

@Entity('paper_lines')
export class Line {
  @PrimaryColumn({ name: 'paper_id', type: 'bigint' }) paperKey!: string;
  @PrimaryColumn('int') line!: number;
  @Column('text') text!: string;
  @ManyToOne(() => Paper) @JoinColumn({ name: 'paper_id' }) paper!: Paper;
}

@View(Writer)
export class WriterView {
  @Field() uuid!: PublicId<Writer>;
  @Field() name!: string;
  @Field() city!: string | null;
}

@View(Paper)
export class PaperView {
  @Field() uuid!: PublicId<Paper>;
  @Field() title!: string;
  @Field() pages!: number | null;
  @Field() price!: string | null;
  @Field() printedAt!: Date | null;
  @Field() day!: string | null;
  @Field() words!: string[] | null;
  @Field() sums!: string[] | null;
  @Field({ schema: { type: 'object', properties: { by: { type: 'string' } } } })
  notes!: { by: string } | null;
  @Field() secret!: string | null;
  @Field() writerUuid!: PublicId<Writer>;
  @Field('shelf.slug') shelf!: string | null;
  @Field() labelUuid!: PublicId<Label> | null;
}

@View(Line)
export class LineView {
  @Field() line!: number;
  @Field() text!: string;
  @Field() paperUuid!: PublicId<Paper>;
}

@View(Label)
export class LabelView {
  @Field() uuid!: PublicId<Label>;
  @Field() text!: string;
}

export const entities = [Writer, Shelf, Label, Paper, Line];

export async function makeTables(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(
    'CREATE TABLE writers (name text NOT NULL, city text, phone text, deleted_at timestamptz)',
  );
  await addDualId(runner, { table: 'writers', type: { id: 50, name: 'writer' } });
  await runner.query('CREATE TABLE shelves ()');
  await addReferenceId(runner, { table: 'shelves' });
  await runner.query('CREATE TABLE labels (text text NOT NULL)');
  await addDualId(runner, { table: 'labels' });
  await runner.query(`CREATE TABLE papers (title text NOT NULL, pages integer, price numeric,
    printed_at timestamptz, day date, words text[], sums numeric[], notes jsonb, secret text,
    writer_id bigint NOT NULL REFERENCES writers,
    shelf_id integer REFERENCES shelves ON DELETE SET NULL,
    label_id bigint REFERENCES labels ON DELETE SET NULL, version integer NOT NULL DEFAULT 1)`);
  await addDualId(runner, { table: 'papers', type: { id: 51, name: 'paper' } });
  await runner.query(`CREATE TABLE paper_lines (paper_id bigint REFERENCES papers ON DELETE CASCADE,
    line integer, text text NOT NULL, PRIMARY KEY (paper_id, line))`);
  await runner.query(`CREATE TABLE paper_readers (
    paper_id bigint REFERENCES papers ON DELETE CASCADE, writer_id bigint REFERENCES writers
    ON DELETE CASCADE, PRIMARY KEY (paper_id, writer_id))`);
  await installHistory(runner);
}

export async function logTables(runner: SchemaRunner): Promise<void> {
  await addHistory(runner, { table: 'writers', keep: 'changes', ignore: ['phone'] });
  await addHistory(runner, { table: 'papers', keep: 'rows', redact: ['secret'] });
  await addHistory(runner, { table: 'labels', keep: 'ids' });
  await addHistory(runner, { table: 'paper_lines', keep: 'rows', record: 'paper_id' });
  await addHistory(runner, {
    table: 'paper_readers',
    keep: 'rows',
    record: 'paper_id',
    related: 'writer_id',
  });
}

/** An application that logs writers, their papers and the lines of those. */
export interface Archive {
  readonly history: History;
  readonly repositories: Repositories;
  readonly database: Database;
  /** Runs SQL as the owner of the tables. */
  sql<Row = Record<string, string>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs SQL as a superuser. */
  asSuperuser<Row = Record<string, string>>(text: string): Promise<Row[]>;
  readonly owner: DataSource;
  readonly url: string;
  /** Opens another application on the same database, with entities of its own. */
  open(others: readonly Function[]): Promise<{ history: History; close(): Promise<void> }>;
  stop(): Promise<void>;
}

export async function openArchive(
  migrate: (runner: SchemaRunner) => Promise<void> = logTables,
): Promise<Archive> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, async (runner) => {
    await makeTables(runner);
    await migrate(runner);
  });
  const app = await start(url, entities);
  const owner = new DataSource(dualIdDataSource({ url: urlAs('owner', url), entities: [] }));
  await owner.initialize();
  const superuser = new DataSource(dualIdDataSource({ url: empty.url, entities: [] }));
  await superuser.initialize();
  return {
    history: app.get(History),
    repositories: app.get(Repositories),
    database: app.get(Database),
    sql: (text, values = []) => queryOutside(owner, text, values),
    asSuperuser: (text) => queryOutside(superuser, text),
    owner,
    url,
    open: async (others) => {
      const other = await start(url, others);
      return { history: other.get(History), close: () => other.close() };
    },
    stop: async () => {
      await app.close();
      await owner.destroy();
      await superuser.destroy();
      await empty.drop();
    },
  };
}

function start(url: string, mapped: readonly Function[]) {
  const module = class {} as Type;
  const imports = [
    TypeOrmModule.forRoot({ ...dualIdDataSource({ url, entities: mapped }), retryAttempts: 0 }),
    DualIdModule.forRoot({ secret: 'a secret only for tests' }),
  ];
  return NestFactory.createApplicationContext(
    { module, imports, providers: [...journalProviders] },
    { logger: false, abortOnError: false },
  );
}
