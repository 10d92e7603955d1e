import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addDualId,
  addMasterLink,
  downgradeDualId,
  dualIdDataSource,
  installDualId,
  uninstallDualId,
  upgradeDualId,
} from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { schemaSteps } from '../../../src/core/schema/schema-steps.js';
import { VersionedSchema } from '../../../src/core/schema/versioned-schema.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';

/** What version 1 emitted, with an enrolled table, a living row and a deleted one. */
const version1 = readFileSync(
  fileURLToPath(new URL('../../../../test/fixtures/schema-version-1.sql', import.meta.url)),
  'utf8',
);
const parcels = {
  table: 'parcels',
  type: { id: 70, name: 'parcel' },
  namedBy: ['label'],
  deletedAt: 'deleted_at',
};
/** A version that is still to come, which changes the table of passports. */
const next = new VersionedSchema([
  ...schemaSteps,
  {
    up: [
      `ALTER TABLE dual_id.passports ADD COLUMN initial text`,
      `UPDATE dual_id.passports SET initial = left(search_key, 1)`,
      `CREATE INDEX passports_initial_ix ON dual_id.passports (initial)`,
    ],
    down: ['ALTER TABLE dual_id.passports DROP COLUMN initial'],
  },
]);

let database: TestDatabase;
let source: DataSource;
beforeEach(async () => {
  database = await emptyDatabase();
  source = await connect(database.url);
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

const connect = (url: string) =>
  new DataSource(dualIdDataSource({ url, entities: [] })).initialize();
const passports = () =>
  source.query('SELECT uuid, name, status, search_key FROM dual_id.passports ORDER BY uuid');
const versions = () => source.query('SELECT * FROM dual_id.schema_versions ORDER BY component');
const component = (name: string, version: number) => ({ component: name, version });

/** The schema as a migration of today would make it from nothing. */
async function freshSchema(install: (runner: DataSource) => Promise<void>): Promise<string[]> {
  const other = await emptyDatabase();
  const fresh = await connect(other.url);
  await install(fresh);
  await fresh.query('CREATE TABLE parcels (label text NOT NULL, deleted_at timestamptz)');
  await addDualId(fresh, parcels);
  const schema = await schemaSnapshot(fresh);
  await fresh.destroy();
  await other.drop();
  return schema;
}

describe('a database of version 1', () => {
  beforeEach(() => runSql(database.url, version1));

  test('is what installing version 1 makes today', async () => {
    expect(await schemaSnapshot(source)).toEqual(
      await freshSchema((runner) => installDualId(runner, 1)),
    );
    expect(await versions()).toEqual([
      component('dual_id', 1),
      component('dual_id_oldest_code', 1),
    ]);
  });

  test('goes on enrolling the rows of its tables, with search keys', async () => {
    await source.query(`INSERT INTO parcels (label) VALUES ('Żubrówka')`);
    const keys = (await passports()).map(({ search_key }: { search_key: string }) => search_key);
    expect(keys.toSorted()).toEqual(['basil', 'creme brulee', 'zubrowka']);
  });

  test('upgrades with its rows to the schema of a fresh install', async () => {
    const before = await passports();
    await next.upgrade(source, 2);
    expect(await schemaSnapshot(source)).toEqual(
      await freshSchema((runner) => next.install(runner, 2)),
    );
    expect(await passports()).toEqual(before);
    const initials = 'SELECT initial FROM dual_id.passports ORDER BY uuid';
    expect(await source.query(initials)).toEqual([{ initial: 'c' }, { initial: 'b' }]);
  });

  test('comes back to version 1 and upgrades again, losing no row', async () => {
    const [before, rows] = [await schemaSnapshot(source), await passports()];
    await next.upgrade(source, 2);
    const upgraded = await schemaSnapshot(source);
    await next.downgrade(source, 1);
    expect(await schemaSnapshot(source)).toEqual(before);
    expect(await versions()).toContainEqual(component('dual_id', 1));
    await next.upgrade(source, 2);
    expect(await schemaSnapshot(source)).toEqual(upgraded);
    expect(await passports()).toEqual(rows);
  });

  test('is left alone by an upgrade it had, and by a downgrade it did not need', async () => {
    const before = await schemaSnapshot(source);
    await upgradeDualId(source);
    await downgradeDualId(source, 1);
    await next.downgrade(source, 2);
    expect(await versions()).toContainEqual(component('dual_id', 1));
    expect(await schemaSnapshot(source)).toEqual(before);
  });

  test('has the key of both ids only where a table links to it', async () => {
    const key = `SELECT FROM pg_indexes WHERE indexname = 'passports_id_uuid_uq'`;
    expect(await source.query(key)).toHaveLength(0);
    await source.query('CREATE TABLE labels ()');
    await addMasterLink(source, { table: 'labels' });
    expect(await source.query(key)).toHaveLength(1);
    const linked = await schemaSnapshot(source);
    await addMasterLink(source, { table: 'labels' });
    expect(await schemaSnapshot(source)).toEqual(linked);
  });
});

describe('the versions of the schema', () => {
  test.each([1, 2])('are uninstalled from version %i without a trace', async (installed) => {
    const before = await schemaSnapshot(source);
    await next.install(source, installed);
    await next.uninstall(source);
    expect(await schemaSnapshot(source)).toEqual(before);
  });

  test.each([0, 99, 1.5])('are refused when there is none of the number %s', async (number) => {
    const install = installDualId(source, number);
    await expect(install).rejects.toThrow(`There is no version ${number} of the schema dual_id`);
  });

  test('are left alone by code that does not know them', async () => {
    await installDualId(source);
    await source.query('UPDATE dual_id.schema_versions SET version = 99');
    await expect(uninstallDualId(source)).rejects.toMatchObject({ code: 'schema_newer' });
    await expect(downgradeDualId(source, 1)).rejects.toMatchObject({ code: 'schema_newer' });
  });

  test('are not installed a second time', async () => {
    await installDualId(source);
    const before = await schemaSnapshot(source);
    await expect(installDualId(source)).rejects.toMatchObject({ code: 'setup_refused' });
    await expect(installDualId(source)).rejects.toThrow('calls upgradeDualId');
    await source.query('UPDATE dual_id.schema_versions SET version = 99');
    await expect(installDualId(source)).rejects.toMatchObject({ code: 'schema_newer' });
    await source.query('UPDATE dual_id.schema_versions SET version = 1');
    expect(await schemaSnapshot(source)).toEqual(before);
  });

  test.each([1, 2, 8])(
    'before the first release, as %i, are told from the released',
    async (old) => {
      await installDualId(source);
      await source.query(
        `UPDATE dual_id.schema_versions SET component = replace(component, 'dual_id', 'core'),
         version = ${old}`,
      );
      const before = await schemaSnapshot(source);
      for (const change of [
        installDualId,
        upgradeDualId,
        (runner: DataSource) => next.upgrade(runner, 2),
      ]) {
        await expect(change(source)).rejects.toMatchObject({ code: 'setup_refused' });
      }
      for (const refused of [() => downgradeDualId(source, 1), () => uninstallDualId(source)]) {
        await expect(refused()).rejects.toThrow(
          'The database was made by an unreleased version of nest-dual-id. Create it again',
        );
      }
      expect(await schemaSnapshot(source)).toEqual(before);
    },
  );
});
