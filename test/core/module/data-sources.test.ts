import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  DualId,
  DualIdEntity,
  DualIdModule,
  dualIdDataSource,
  Field,
  Repositories,
  View,
} from 'nest-dual-id';
import { addDualId } from 'nest-dual-id';
import { RegistryModule, RegistryService } from 'nest-dual-id/registry';
import { Column, DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';

@DualId({ table: 'visits' })
class Visit extends DualIdEntity {
  @Column('text')
  note!: string;
}
@View(Visit)
class VisitView {
  @Field() uuid!: string;
  @Field() note!: string;
}

let database: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  other = await emptyDatabase();
  await runSql(database.url, 'CREATE TABLE visits (note text NOT NULL)');
  const runner = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await addDualId(runner, { table: 'visits' });
  await runner.destroy();
});
afterAll(async () => {
  await other.drop();
  await database.drop();
});

type Imports = NonNullable<Parameters<typeof DualIdModule.forRoot>[0]>;
const plain = (url: string, more: object = {}) =>
  TypeOrmModule.forRoot({ type: 'postgres', url, entities: [], retryAttempts: 0, ...more });
const settled = (more: object = {}) =>
  TypeOrmModule.forRoot({
    ...dualIdDataSource({ url: database.url, entities: [Visit] }),
    retryAttempts: 0,
    ...more,
  });

/** Starts an application, writes and reads a row of it, and stops it again. */
async function visited(...imports: object[]): Promise<unknown> {
  const module = class {};
  const context = await NestFactory.createApplicationContext(
    { module, imports: imports as never[] },
    { logger: false, abortOnError: false },
  );
  try {
    const visits = context.get(Repositories).of(Visit);
    const { uuid } = await visits.create(VisitView, { note: 'cough' });
    return (await visits.get(VisitView, uuid as never)).note;
  } finally {
    await context.close();
  }
}

describe('an application works', () => {
  const named: Imports = { dataSource: 'clinic' };

  test('on options of TypeORM alone', async () => {
    const source = plain(database.url, { entities: [Visit] });
    expect(await visited(source, DualIdModule.forRoot())).toBe('cough');
  });

  test('on entities that their modules register', async () => {
    const source = plain(database.url, { entities: undefined, autoLoadEntities: true });
    const feature = TypeOrmModule.forFeature([Visit]);
    expect(await visited(source, feature, DualIdModule.forRoot())).toBe('cough');
  });

  test('on a named data source', async () => {
    expect(await visited(settled({ name: 'clinic' }), DualIdModule.forRoot(named))).toBe('cough');
  });

  test('on a named data source, with options that are provided later', async () => {
    const later = DualIdModule.forRootAsync({ ...named, useFactory: () => ({}) });
    expect(await visited(settled({ name: 'clinic' }), later)).toBe('cough');
  });

  test.each([
    ['the one without a name', {}, { name: 'archive' }, {}],
    ['the one that is named', { name: 'clinic' }, {}, named],
  ])('next to another data source, on %s', async (_which, own, beside, options) => {
    const imports = [plain(other.url, beside), settled(own), DualIdModule.forRoot(options)];
    expect(await visited(...imports)).toBe('cough');
  });

  test('with features on a named data source', async () => {
    const features = [DualIdModule.forRoot(named), RegistryModule.forRoot({ api: 'open' })];
    expect(RegistryService).toBeDefined();
    expect(await visited(settled({ name: 'clinic' }), ...features)).toBe('cough');
  });
});

describe('an application learns in one sentence what to write', () => {
  test.each([
    [
      'where its data source has a name',
      () => [settled({ name: 'clinic' }), DualIdModule.forRoot()],
      'a data source without a name',
    ],
    [
      'where no data source has that name',
      () => [settled(), DualIdModule.forRoot({ dataSource: 'clinc' })],
      'the data source clinc',
    ],
    ['where there is none', () => [DualIdModule.forRoot()], 'a data source without a name'],
  ])('%s', async (_what, imports, missing) => {
    const starting = visited(...imports());
    await expect(starting).rejects.toMatchObject({ code: 'setup_refused' });
    await expect(starting).rejects.toThrow(`could not find ${missing}. Import`);
    await expect(starting).rejects.toThrow(`DualIdModule.forRoot({ dataSource: '<name>' })`);
  });
});
