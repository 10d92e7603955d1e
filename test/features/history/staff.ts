import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Database,
  DualId,
  DualIdEntity,
  DualIdModule,
  dualIdDataSource,
  Field,
  Repositories,
  View,
} from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import type { ActorProvider, HistoryTable } from 'nest-dual-id/history';
import { HistoryModule } from 'nest-dual-id/history';
import { Column } from 'typeorm';
import type { Office } from './office.js';
import { openOffice } from './office.js';

@DualId({ table: 'people', type: 30 })
export class Person extends DualIdEntity {
  @Column('text') name!: string;
}

@View(Person)
export class PersonView {
  @Field() uuid!: PublicId<Person>;
  @Field() name!: string;
}

/** An application on an office, whose people are written by whoever the provider names. */
export interface Staff extends Office {
  readonly database: Database;
  readonly repositories: Repositories;
  create(name: string): Promise<PersonView>;
  /** The actors of what was logged, by the name that a row was given. */
  actors(): Promise<Record<string, string | null>>;
}

/** Opens it; the log keeps what `tables` say. */
export async function openStaff(
  actor: ActorProvider,
  tables?: readonly HistoryTable[],
): Promise<Staff> {
  const office = await openOffice(tables);
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url: office.url, entities: [Person] })),
      DualIdModule.forRoot(),
      HistoryModule.forRoot({ actor }),
    ],
  }).compile();
  await module.init();
  const repositories = module.get(Repositories);
  return {
    ...office,
    database: module.get(Database),
    repositories,
    create: (name) => repositories.of(Person).create(PersonView, { name }),
    actors: async () => {
      const rows = await office.sql<{ name: string; actor: string | null }>(
        `SELECT new->>'name' AS name, actor FROM dual_id.changes WHERE new IS NOT NULL
         ORDER BY change_id DESC LIMIT 1000`,
      );
      return Object.fromEntries(rows.toReversed().map((row) => [row.name, row.actor]));
    },
    stop: async () => {
      await module.close();
      await office.stop();
    },
  };
}
