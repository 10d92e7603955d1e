import { addDualId, addGuidId, DualId, DualIdEntity, GuidEntity, GuidId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import {
  Column,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';

/** What columns are called that refer to an article: `articleInternalId`, `parentInternalId`. */
type JoinName = (relation: string) => string;

/** The entities of a release that has this library, where a plain one mapped the same tables. */
export interface AdoptedRelease {
  readonly entities: Function[];
  migrate(runner: SchemaRunner): Promise<void>;
}

const type = { id: 60, name: 'article' };

/** Articles with both ids, whose columns have their usual names or others. */
export function dualArticles(
  join: JoinName,
  columns?: { readonly id: string; readonly uuid: string },
): AdoptedRelease {
  @DualId({ table: 'article', type: type.id, ...(columns && { columns }) })
  class Article extends DualIdEntity {
    @ManyToOne(() => Article)
    @JoinColumn({ name: join('parent') })
    parent!: Article;

    @ManyToMany(() => Label)
    @JoinTable({
      name: 'article_labels',
      joinColumn: { name: join('article') },
      inverseJoinColumn: { name: join('label') },
    })
    labels!: Label[];
  }
  return {
    entities: [Article, Label, ...referring(Article, join)],
    migrate: (runner) => addDualId(runner, { table: 'article', type, ...(columns && { columns }) }),
  };
}

/** Articles with a UUID as their only key, and the number that was their key. */
export function guidArticles(join: JoinName): AdoptedRelease {
  @GuidId({ table: 'article', type: type.id })
  class Article extends GuidEntity {
    @Column('integer', { name: 'id', unique: true, generated: 'increment' }) number!: number;

    @ManyToOne(() => Article)
    @JoinColumn({ name: join('parent') })
    parent!: Article;

    @ManyToMany(() => Label)
    @JoinTable({
      name: 'article_labels',
      joinColumn: { name: join('article') },
      inverseJoinColumn: { name: join('label') },
    })
    labels!: Label[];
  }
  return {
    entities: [Article, Label, ...referring(Article, join)],
    migrate: (runner) => addGuidId(runner, { table: 'article', type }),
  };
}

@Entity('label')
class Label {
  @PrimaryGeneratedColumn() id!: number;
}

function referring(article: Function, join: JoinName): Function[] {
  @Entity(annotations)
  @Index(['article'])
  @Index(['place', 'article'], { where: 'place IS NOT NULL' })
  @Index(['article', 'place'], { unique: true })
  @Unique(['place', 'article'])
  class Note {
    @PrimaryGeneratedColumn() id!: number;
    @Column('text', { nullable: true }) place!: string | null;

    @ManyToOne(() => article, { onDelete: 'CASCADE' })
    @JoinColumn({ name: join('article') })
    article!: object;
  }

  @Entity('cover')
  class Cover {
    @PrimaryGeneratedColumn() id!: number;

    @OneToOne(() => article)
    @JoinColumn({ name: join('article') })
    article!: object;
  }
  return [Note, Cover];
}

/** So long that names made of it are cut. */
export const annotations = 'annotations_in_the_margins_of_an_article';
