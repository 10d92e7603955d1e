import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Database,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  newPublicId,
  OwnedBy,
  ReferenceEntity,
  ReferenceId,
  Repositories,
  restrictedTo,
} from 'nest-dual-id';
import {
  Column,
  Entity,
  DataSource,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
} from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { refusalOf } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';

@ReferenceId({ table: 'regions' })
class Region extends ReferenceEntity {
  @Column('text') name!: string;
}

@Entity('plain')
class Plain {
  @PrimaryColumn('integer') number!: number;
}

@DualId({ table: 'lords', owner: 'self' })
class Lord extends DualIdEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'houses' })
class House extends DualIdEntity {
  @ManyToOne(() => Lord) @JoinColumn() lord!: Lord;
}

@OwnedBy('house.lord')
@Entity('rooms')
class Room {
  @PrimaryColumn('integer') number!: number;
  @ManyToOne(() => House) @JoinColumn() house!: House;
}

/** It belongs to nobody, and lists rows that have owners. */
@DualId({ table: 'guilds' })
class Guild extends DualIdEntity {
  @ManyToMany(() => Lord) @JoinTable({ name: 'guild_lords' }) lords!: Lord[];
}

/** An entity with relations of every kind, which names one of them as its owner. */
function owned(owner: string) {
  @DualId({ table: 'deeds', owner })
  class Deed extends DualIdEntity {
    @Column('text') name!: string;
    @ManyToOne(() => Region) @JoinColumn() region!: Region;
    @ManyToOne(() => Plain) @JoinColumn() plain!: Plain;
    @ManyToMany(() => Region) regions!: Region[];
    @ManyToOne(() => Deed) @JoinColumn() parent!: object;
    @OneToMany(() => Deed, 'parent') children!: object[];
  }
  return Deed;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const refusal = (...entities: Function[]) =>
  refusalOf({ url: urlAs('application', database.url), entities: [Region, Plain, ...entities] });

describe('an owner that is declared', () => {
  test.each([
    ['nothing', 'needs Deed.nothing to be a to-one relation'],
    ['name', 'needs Deed.name to be a to-one relation'],
    ['regions', 'needs Deed.regions to be a to-one relation'],
    ['children', 'needs Deed.children to be a to-one relation'],
    ['parent.nothing', 'needs Deed.nothing to be a to-one relation'],
    ['plain', 'reached over plain, but Plain has neither'],
    ['region', 'The owner of Deed is region, but Region has no public id'],
  ])('has to be a to-one relation to an entity with a public id, not %s', async (owner, why) => {
    expect(await refusal(owned(owner))).toContain(why);
  });

  test('is self only of an entity with a public id', async () => {
    @OwnedBy('self')
    @Entity('selves')
    class Self {
      @PrimaryColumn('integer') number!: number;
    }
    expect(await refusal(Self)).toContain('The owner of Self is self, but Self has no public id');
  });

  test('is one for an entity', () => {
    const twice = () => OwnedBy('other')(owned('parent'));
    expect(twice).toThrow('declares the owners parent and other');
  });

  test('may be reached over the entity itself', async () => {
    expect(await refusal(owned('parent'))).toBe('It boots.');
    expect(await refusal(owned('self'))).toBe('It boots.');
  });
});

test('the rows on the way to an owner have to belong to that owner too', async () => {
  expect(await refusal(Lord, House, Room)).toContain(
    'Room belongs to house.lord, so House has to belong to lord; otherwise restricted work could give its rows away.',
  );
});

test('restricted work changes no links from a side that belongs to nobody', async () => {
  const url = urlAs('application', database.url);
  const source = dualIdDataSource({ url, entities: [Lord, Guild] });
  const dataSource = await new DataSource(source).initialize();
  try {
    const views = new ViewRegistry(dataSource);
    const repositories = new Repositories(dataSource, new Database(dataSource, {}), views, {});
    const links = repositories.of(Guild).links('lords');
    const id = newPublicId(4) as never;
    for (const change of ['set', 'add', 'remove'] as const) {
      const changing = restrictedTo(id, () => links[change](id, [id]));
      await expect(changing).rejects.toThrow('Guild belongs to nobody');
    }
  } finally {
    await dataSource.destroy();
  }
});
