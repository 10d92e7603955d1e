import { Inject, Injectable } from '@nestjs/common';
import {
  addDualId,
  currentOwner,
  Database,
  DualId,
  DualIdEntity,
  Field,
  OwnedBy,
  Repositories,
  restrictedTo,
  statement,
  unrestricted,
  View,
} from 'nest-dual-id';
import type { InternalId, Page, PublicId, SchemaRunner } from 'nest-dual-id';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

@DualId({ table: 'members', type: 60, owner: 'self' })
export class Member extends DualIdEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'notebooks', type: 61, owner: 'member' })
export class Notebook extends DualIdEntity {
  @Column('text') title!: string;

  @ManyToOne(() => Member, { nullable: false })
  @JoinColumn()
  member!: Member;
}

@OwnedBy('notebook.member')
@Entity('sheets')
export class Sheet {
  @PrimaryColumn('bigint') notebookId!: InternalId<Notebook>;
  @PrimaryColumn('integer') number!: number;
  @Column('text') text!: string;

  @ManyToOne(() => Notebook, { nullable: false })
  @JoinColumn()
  notebook!: Notebook;
}

@View(Notebook, { sort: ['title'] })
export class NotebookView {
  @Field() uuid!: PublicId<Notebook>;
  @Field() title!: string;
}

@View(Sheet, { sort: ['number'] })
export class SheetView {
  @Field() number!: number;
  @Field() text!: string;
}

@Injectable()
export class Notebooks {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Repositories) private readonly repositories: Repositories,
  ) {}

  /** A job, which nobody requested: it says itself for whom it works. */
  letterTo(member: PublicId<Member>): Promise<string> {
    return restrictedTo(member, async () => {
      const { items } = await this.repositories.page(SheetView, {
        limit: 5,
        sort: [{ field: 'number', descending: false }],
        filters: {},
        within: {},
      });
      return items.map(({ text }) => text).join('\n');
    });
  }

  /** Somebody who was let to one notebook, whoever wrote it. */
  sharedSheets(uuid: PublicId<Notebook>): Promise<Page<SheetView>> {
    return restrictedTo({ entity: Notebook, uuid }, () =>
      this.repositories.page(SheetView, {
        limit: 5,
        sort: [{ field: 'number', descending: false }],
        filters: {},
        within: {},
      }),
    );
  }

  /** A statement of the application's own names the owner itself. */
  async countSheets(): Promise<number> {
    const [row] = await this.database.rows(countSheets, [currentOwner() ?? null]);
    return Number(row![0]);
  }

  /** The caller learns a number about everybody, and no row. */
  async share(): Promise<number> {
    const all = await unrestricted(() => this.countSheets());
    return (await this.countSheets()) / all;
  }

  /** A statement that only knows the notebook's public id runs after the look. */
  async clear(notebook: PublicId<Notebook>): Promise<void> {
    await this.repositories.of(Notebook).requireOwn(notebook);
    await this.database.execute(clearNotebook, [notebook]);
  }
}

const countSheets = statement(
  `SELECT count(*) FROM sheets s
   JOIN notebooks n ON n.id = s.notebook_id
   JOIN members m ON m.id = n.member_id
   WHERE $1::uuid IS NULL OR m.uuid = $1`,
);

const clearNotebook = statement(
  'DELETE FROM sheets USING notebooks n WHERE n.id = notebook_id AND n.uuid = $1',
);

export async function migrateNotebooks(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE TABLE members (name text NOT NULL)');
  await addDualId(runner, { table: 'members', type: { id: 60, name: 'member' } });
  await runner.query(`CREATE TABLE notebooks (
    title text NOT NULL, member_id bigint NOT NULL,
    CONSTRAINT notebooks_member_id_fk FOREIGN KEY (member_id) REFERENCES members)`);
  await addDualId(runner, { table: 'notebooks', type: { id: 61, name: 'notebook' } });
  await runner.query('CREATE INDEX notebooks_member_id_idx ON notebooks (member_id)');
  await runner.query(`CREATE TABLE sheets (
    notebook_id bigint NOT NULL, number integer NOT NULL, text text NOT NULL,
    CONSTRAINT sheets_pk PRIMARY KEY (notebook_id, number),
    CONSTRAINT sheets_notebook_id_fk FOREIGN KEY (notebook_id) REFERENCES notebooks)`);
}
