import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  addDualId,
  addGuidId,
  addReferenceId,
  DualId,
  DualIdEntity,
  GuidEntity,
  GuidId,
  installDualId,
  ReferenceEntity,
  ReferenceId,
} from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { refusalOf } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';

@DualId({ table: 'plain_rows' })
class PlainRow extends DualIdEntity {}
@DualId({ table: 'typed_rows', type: 41 })
class TypedRow extends DualIdEntity {}
@DualId({ table: 'typed_rows', schema: 'ward', type: 42 })
class WardRow extends DualIdEntity {}
@GuidId({ table: 'guid_rows' })
class GuidRow extends GuidEntity {}
@ReferenceId({ table: 'reference_rows' })
class ReferenceRow extends ReferenceEntity {}

let database: TestDatabase;
let runner: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  runner = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await installDualId(runner);
  await runSql(
    database.url,
    `CREATE SCHEMA ward;
     CREATE TABLE plain_rows (id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE);
     CREATE TABLE typed_rows (note text);
     CREATE TABLE ward.typed_rows (note text);
     CREATE TABLE guid_rows (uuid uuid PRIMARY KEY);
     CREATE TABLE reference_rows (id serial PRIMARY KEY, slug text)`,
  );
});
afterAll(async () => {
  await runner.destroy();
  await database.drop();
});

const outcomeOf = (...entities: Function[]) => refusalOf({ url: database.url, entities });

describe('an application is refused that maps a table without guarded ids', () => {
  const typed = { table: 'typed_rows', type: { id: 41, name: 'row' } };
  const ward = { table: 'typed_rows', schema: 'ward', type: { id: 42, name: 'ward_row' } };
  test.each([
    [
      'PlainRow',
      PlainRow,
      `addDualId(runner, { table: 'plain_rows' })`,
      () => addDualId(runner, { table: 'plain_rows' }),
    ],
    [
      'TypedRow',
      TypedRow,
      `addDualId(runner, { table: 'typed_rows', type: { id: 41, name: '<its name>' } })`,
      () => addDualId(runner, typed),
    ],
    [
      'WardRow',
      WardRow,
      `addDualId(runner, { table: 'typed_rows', schema: 'ward', type: { id: 42, name: '<its name>' } })`,
      () => addDualId(runner, ward),
    ],
    [
      'GuidRow',
      GuidRow,
      `addGuidId(runner, { table: 'guid_rows' })`,
      () => addGuidId(runner, { table: 'guid_rows' }),
    ],
    [
      'ReferenceRow',
      ReferenceRow,
      `addReferenceId(runner, { table: 'reference_rows' })`,
      () => addReferenceId(runner, { table: 'reference_rows' }),
    ],
  ])('as %s, naming the call', async (_name, entity, call, give) => {
    const outcome = await outcomeOf(entity);
    expect(outcome).toContain(`of ${entity.name} has nothing that guards its ids`);
    expect(outcome).toContain(`call ${call} in a migration. Run the migrations: `);
    await give();
    expect(await outcomeOf(entity)).toBe('It boots.');
  });

  test('also if it is one of many', async () => {
    @DualId({ table: 'late_rows' })
    class LateRow extends DualIdEntity {}
    await runSql(database.url, 'CREATE TABLE late_rows (note text)');
    expect(await outcomeOf(PlainRow, WardRow, LateRow, TypedRow)).toContain(
      'of LateRow has nothing',
    );
  });
});
