import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DualId, DualIdEntity, Personal, Repositories } from 'nest-dual-id';
import { ReferenceEntity, ReferenceId, dualIdDataSource } from 'nest-dual-id';
import { Database } from 'nest-dual-id';
import { ChildEntity, Column, DataSource, DeleteDateColumn, TableInheritance } from 'typeorm';
import { personalColumnsOf } from '../../../src/core/erasure/personal-columns.js';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.drop());

abstract class Erasable extends DualIdEntity {
  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

class Plain {
  @Column('text') street!: string;
  @Column({ type: 'text', nullable: true }) door!: string | null;
}

@DualId({ table: 'bare' })
class Bare extends Erasable {
  @Personal() @Column('text') name!: string;
}

@DualId({ table: 'whole' })
class Whole extends Erasable {
  @Personal() @Column(() => Plain) home!: Plain;
}

@DualId({ table: 'keyed' })
class Keyed extends Erasable {
  @Personal() declare readonly uuid: never;
}

@DualId({ table: 'loose' })
class Loose extends Erasable {
  @Personal() nickname!: string;
}

@ReferenceId({ table: 'titles' })
class Title extends ReferenceEntity {
  @Personal('') @Column('text') name!: string;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

@DualId({ table: 'kinds' })
@TableInheritance({ column: { type: 'text', name: 'kind' } })
class Being extends Erasable {
  @Column('integer') age!: number;
}

@ChildEntity('human')
class Human extends Being {
  @Personal('') @Column('text') name!: string;
}

async function withSource<T>(
  entities: Function[],
  work: (source: DataSource) => Promise<T> | T,
): Promise<T> {
  const options = dualIdDataSource({ url: database.url, entities });
  const source = await new DataSource(options).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

const repositoryOf = (entity: new () => object) =>
  withSource([entity], (source) => {
    const parts = [new Database(source, {}), new ViewRegistry(source), {}] as const;
    return new Repositories(source, ...parts).of(entity as never);
  });

describe('@Personal', () => {
  test.each([
    [
      'on a column that takes no null, without a blank',
      Bare,
      "Bare.name is not nullable, so @Personal needs a replacement value, as in @Personal('').",
    ],
    [
      'on an embedded class with such a column',
      Whole,
      "Whole.home.street is not nullable, so @Personal needs a replacement value, as in @Personal('').",
    ],
    ['on the public id', Keyed, 'Keyed.uuid has @Personal, but an erased row keeps it.'],
    ['on what is no column', Loose, 'Loose.nickname has @Personal and is not one column.'],
  ])('%s is refused when the application starts', async (_what, entity, sentence) => {
    await expect(repositoryOf(entity)).rejects.toMatchObject({
      code: 'setup_refused',
      details: { detail: sentence },
    });
  });

  test('on lookup data, which has no public id, makes erasure impossible', async () => {
    await withSource([Title], async (source) => {
      const parts = [new Database(source, {}), new ViewRegistry(source), {}] as const;
      const titles = new Repositories(source, ...parts).of(Title);
      await expect(titles.erase('doctor')).rejects.toMatchObject({ code: 'misuse' });
    });
  });

  test('of an entity that shares a table counts for all of them', async () => {
    await withSource([Being, Human], (source) => {
      for (const entity of [Being, Human]) {
        const columns = personalColumnsOf(source.getMetadata(entity));
        expect(columns.map(({ column }) => column.databaseName)).toEqual(['name']);
      }
    });
  });
});
