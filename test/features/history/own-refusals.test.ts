import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  Database,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  Field,
  OwnedBy,
  restrictedTo,
  View,
} from 'nest-dual-id';
import type { InternalId } from 'nest-dual-id';
import type { History } from 'nest-dual-id/history';
import {
  Column,
  DataSource,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { openHistory } from '../../../src/features/history/journal/open-history.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

@DualId({ table: 'monks', owner: 'self' })
class Monk extends DualIdEntity {
  @Column('text') name!: string;
}

/** It belongs to nobody, and lists rows that have owners. */
@DualId({ table: 'abbeys' })
class Abbey extends DualIdEntity {
  @ManyToMany(() => Monk) @JoinTable({ name: 'abbey_monks' }) monks!: Monk[];
}

/** A line of an abbey that belongs to whoever wrote it. */
@OwnedBy('monk')
@Entity('abbey_notes')
class Note {
  @PrimaryColumn('bigint') abbeyId!: InternalId<Abbey>;
  @PrimaryColumn('integer') position!: number;
  @ManyToOne(() => Abbey) @JoinColumn() abbey!: Abbey;
  @ManyToOne(() => Monk) @JoinColumn() monk!: Monk;
}

@View(Note)
class NoteRecord {
  @Field() position!: number;
}

let database: TestDatabase;
let dataSource: DataSource;
let history: History;
beforeAll(async () => {
  database = await freshDatabase();
  const options = dualIdDataSource({ url: database.url, entities: [Monk, Abbey, Note] });
  dataSource = await new DataSource(options).initialize();
  history = openHistory(dataSource, new Database(dataSource, {}));
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const restricted = <T>(work: () => Promise<T>) => restrictedTo(randomUUID(), work);

test('restricted work reads no links from a side that belongs to nobody', async () => {
  const links = restricted(() => history.links(Abbey, 'monks', randomUUID()));
  await expect(links).rejects.toMatchObject({ code: 'misuse' });
  await expect(links).rejects.toThrow('Abbey belongs to nobody');
});

test('restricted work reads no lines that belong to others than what they are lines of', async () => {
  const page = restricted(() => history.of(NoteRecord, randomUUID()));
  await expect(page).rejects.toMatchObject({ code: 'misuse' });
  await expect(page).rejects.toThrow('belong to monk and not to the Abbey');
});
