import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { dualIdDataSource } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { schemaSteps } from '../../../src/core/schema/schema-steps.js';
import type { SchemaStep } from '../../../src/core/schema/versioned-schema.js';
import { misfit, readState, VersionedSchema } from '../../../src/core/schema/versioned-schema.js';
import { createApp } from '../../../src/shop/create-app.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { testPepper } from '../../support/shop.js';

const table = (name: string, more: Partial<SchemaStep> = {}): SchemaStep => ({
  up: [`CREATE TABLE dual_id.${name} ()`],
  down: [`DROP TABLE dual_id.${name}`],
  ...more,
});
/** Two steps, one that old code does not notice, one that it would break on, and one more. */
const steps = [
  table('one'),
  table('two'),
  table('three', { oldestCode: 2 }),
  table('four'),
  table('five', { oldestCode: 1 }),
];

let database: TestDatabase;
let source: DataSource;
const connect = (url: string) =>
  new DataSource(dualIdDataSource({ url, entities: [] })).initialize();
/** What somebody sees who looks at the state: the version, and the oldest code that works with it. */
const state = async () => {
  const [row] = await source.query(
    `SELECT version, "oldestCode" FROM (${readState}) AS s (version, "oldestCode")`,
  );
  return row;
};

describe('the steps of a schema', () => {
  beforeEach(async () => {
    database = await emptyDatabase();
    source = await connect(database.url);
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  test('say with each version which code works with it', async () => {
    const schema = new VersionedSchema(steps);
    await schema.install(source, 2);
    expect(await state()).toEqual({ version: 2, oldestCode: 2 });
    await schema.upgrade(source, 3);
    expect(await state()).toEqual({ version: 3, oldestCode: 2 });
    // The last one would suit any code, but what the one before broke stays broken.
    await schema.upgrade(source, 5);
    expect(await state()).toEqual({ version: 5, oldestCode: 4 });
    await schema.downgrade(source, 3);
    expect(await state()).toEqual({ version: 3, oldestCode: 2 });
    await schema.uninstall(source);
    await schema.install(source, 5);
    expect(await state()).toEqual({ version: 5, oldestCode: 4 });
  });

  test('of old code leave a newer schema alone, and take back nothing they do not know', async () => {
    const [old, older] = [2, 1].map((count) => new VersionedSchema(steps.slice(0, count)));
    await new VersionedSchema(steps).install(source, 3);
    await old!.upgrade(source, 2);
    expect(await state()).toEqual({ version: 3, oldestCode: 2 });
    await expect(older!.upgrade(source, 1)).rejects.toMatchObject({ code: 'schema_newer' });
    await expect(old!.downgrade(source, 1)).rejects.toMatchObject({ code: 'schema_newer' });
    await expect(old!.uninstall(source)).rejects.toMatchObject({ code: 'schema_newer' });
  });
});

test.each([
  ['older than the code can use', { version: 1, oldestCode: 1 }, 'schema_outdated'],
  ['older, but not too old', { version: 2, oldestCode: 2 }, undefined],
  ['the newest of the code', { version: 3, oldestCode: 3 }, undefined],
  ['newer, and works with the code', { version: 5, oldestCode: 3 }, undefined],
  ['newer, and does not', { version: 5, oldestCode: 4 }, 'schema_newer'],
  ['absent', { version: 0, oldestCode: 0 }, 'schema_outdated'],
])('a schema that is %s', (_what, found, code) => {
  const error = misfit({ ...found, isUnreleased: false }, { oldest: 2, newest: 3 });
  expect(error?.code).toBe(code);
});

describe('the boot', () => {
  const newest = schemaSteps.length;
  const boot = async () => {
    const app = await createApp({ databaseUrl: database.url, pepper: testPepper });
    await app.init().finally(() => app.close());
  };
  beforeEach(async () => {
    database = await freshDatabase();
    source = await connect(database.url);
  });
  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  test('accepts a newer schema that says it works with the code', async () => {
    const next = new VersionedSchema([...schemaSteps, table('next', { oldestCode: newest })]);
    await next.upgrade(source, newest + 1);
    expect(await state()).toEqual({ version: newest + 1, oldestCode: newest });
    await expect(boot()).resolves.toBeUndefined();
  });

  test('refuses one that does not', async () => {
    await new VersionedSchema([...schemaSteps, table('next')]).upgrade(source, newest + 1);
    await expect(boot()).rejects.toMatchObject({ code: 'schema_newer' });
  });
});
