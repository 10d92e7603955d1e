import {
  DualId,
  DualIdEntity,
  GuidEntity,
  GuidId,
  ReferenceEntity,
  ReferenceId,
} from 'nest-dual-id';
import type { InternalId } from 'nest-dual-id';
import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

/** Where an author lives: columns of the author's own table. */
export class Home {
  @Column('text')
  city!: string;

  @Column({ type: 'text', nullable: true })
  postalCode!: string | null;
}

/** Another schema, key columns of its own, a secret, an embedded, deleted softly. */
@DualId({
  table: 'authors',
  schema: 'press',
  type: 900,
  columns: { id: 'author_no', uuid: 'public_key' },
  named: ['name'],
})
export class Author extends DualIdEntity {
  @Column('text')
  name!: string;

  @Column({ type: 'text', select: false, default: 'secret' })
  password!: string;

  @Column(() => Home)
  home!: Home;

  @VersionColumn({ default: 1 })
  version!: number;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** Lookup data. */
@ReferenceId({ table: 'genres' })
export class Genre extends ReferenceEntity {
  @Column('text')
  name!: string;
}

/** An entity whose only key is a UUID. */
@GuidId({ table: 'licences', type: 902 })
export class Licence extends GuidEntity {
  @Column('text')
  terms!: string;
}

/** References of every kind, a version, deleted for good. */
@DualId({ table: 'books', type: 901, named: ['title'] })
export class Book extends DualIdEntity {
  @Column({ type: 'varchar', length: 200 })
  title!: string;

  @Column({ type: 'integer', default: 1 })
  pages!: number;

  @Column({ type: 'numeric', precision: 12, scale: 2, nullable: true })
  price!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  publishedAt!: Date | null;

  @ManyToOne(() => Author, { nullable: false })
  @JoinColumn()
  author!: Author;

  @ManyToOne(() => Author)
  @JoinColumn()
  editor!: Author | null;

  @ManyToOne(() => Genre)
  @JoinColumn()
  genre!: Genre | null;

  @ManyToOne(() => Licence)
  @JoinColumn()
  licence!: Licence | null;

  @VersionColumn({ default: 1 })
  version!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}

/** Not enrolled in the registry, without a version, deleted softly. */
@DualId({ table: 'chapters' })
export class Chapter extends DualIdEntity {
  @ManyToOne(() => Book, { nullable: false })
  @JoinColumn()
  book!: Book;

  @Column('text')
  title!: string;

  @Column('integer')
  position!: number;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** A row with a natural key of two references. */
@Entity('credits')
export class Credit {
  @PrimaryColumn('bigint')
  bookId!: InternalId<Book>;

  @PrimaryColumn('bigint')
  authorId!: InternalId<Author>;

  @ManyToOne(() => Book, { nullable: false })
  @JoinColumn()
  book!: Book;

  @ManyToOne(() => Author, { nullable: false })
  @JoinColumn()
  author!: Author;

  @Column('text')
  role!: string;
}

/** Everything the library's data source maps. */
export const libraryEntities = [Author, Genre, Licence, Book, Chapter, Credit];
