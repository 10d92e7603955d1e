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
  source.query('SELECT uuid, name, status FROM dual_id.passports ORDER BY uuid');
const version = async () =>
  (await source.query(`SELECT version FROM dual_id.schema_versions WHERE component = 'core'`))[0];

/** The schema as a migration of today would make it from nothing. */
async function freshSchema(installed?: number): Promise<string[]> {
  const other = await emptyDatabase();
  const fresh = await connect(other.url);
  await installDualId(fresh, installed);
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
    expect(await schemaSnapshot(source)).toEqual(await freshSchema(1));
  });

  test('upgrades with its rows to the schema of a fresh install', async () => {
    const before = await passports();
    await upgradeDualId(source);
    expect(await schemaSnapshot(source)).toEqual(await freshSchema());
    expect(await passports()).toEqual(before);
    const keys = 'SELECT search_key FROM dual_id.passports ORDER BY uuid';
    expect(await source.query(keys)).toEqual([
      { search_key: 'creme brulee' },
      { search_key: 'basil' },
    ]);
  });

  test('comes back to version 1 and upgrades again, losing no row', async () => {
    const [before, rows] = [await schemaSnapshot(source), await passports()];
    await upgradeDualId(source);
    const upgraded = await schemaSnapshot(source);
    await downgradeDualId(source, 1);
    expect(await schemaSnapshot(source)).toEqual(before);
    expect(await version()).toEqual({ version: 1 });
    await upgradeDualId(source);
    expect(await schemaSnapshot(source)).toEqual(upgraded);
    expect(await passports()).toEqual(rows);
  });

  test('goes on enrolling the rows of its tables, with search keys', async () => {
    await upgradeDualId(source);
    await source.query(`INSERT INTO parcels (label) VALUES ('Żubrówka')`);
    const key = `SELECT search_key FROM dual_id.passports WHERE name = 'Żubrówka'`;
    expect(await source.query(key)).toEqual([{ search_key: 'zubrowka' }]);
  });

  test('keeps what is said of the keys of its tables, and how they were made', async () => {
    const toPassport = `FOREIGN KEY (uuid, platform_type_id, id)
      REFERENCES dual_id.passports (uuid, platform_type_id, entity_id)`;
    await source.query('CREATE TABLE boxes ()');
    await addDualId(source, { table: 'boxes', type: { id: 71, name: 'box' } });
    await source.query(`COMMENT ON CONSTRAINT boxes_passport_fk ON boxes IS 'Box''s own'`);
    await source.query('ALTER TABLE boxes ALTER CONSTRAINT boxes_passport_fk NOT DEFERRABLE');
    await source.query(`CREATE TABLE log (uuid uuid, platform_type_id smallint, id bigint,
      CONSTRAINT log_passport_fk ${toPassport}) PARTITION BY LIST (platform_type_id)`);
    await source.query('CREATE TABLE log_of_boxes PARTITION OF log FOR VALUES IN (71)');
    await source.query('ALTER TABLE parcels DROP CONSTRAINT parcels_passport_fk');
    await source.query(
      `ALTER TABLE parcels ADD CONSTRAINT parcels_passport_fk ${toPassport} NOT VALID`,
    );
    const keys = () =>
      source.query(`SELECT conrelid::regclass, pg_get_constraintdef(oid) AS definition,
        obj_description(oid, 'pg_constraint') AS comment FROM pg_constraint
        WHERE conname ~ '_passport_fk' ORDER BY conrelid::regclass::text`);
    const before = await keys();
    expect(before[0].comment).toBe("Box's own");
    expect(before).toHaveLength(4);
    expect(before[3].definition).toMatch(/NOT VALID$/);
    await upgradeDualId(source);
    expect(await keys()).toEqual(before);
    await downgradeDualId(source, 1);
    expect(await keys()).toEqual(before);
  });

  test('keeps the key of both ids for tables that link to it, and only for them', async () => {
    const key = async () =>
      source.query(`SELECT EXISTS (SELECT FROM pg_constraint
          WHERE conname = 'passports_id_uuid_uq') AS "isConstraint"
        FROM pg_indexes WHERE indexname = 'passports_id_uuid_uq'`);
    const upgradeAndSnapshot = async () => {
      await upgradeDualId(source);
      return schemaSnapshot(source);
    };
    const link = async () => {
      await source.query('CREATE TABLE labels ()');
      await addMasterLink(source, { table: 'labels' });
    };
    await upgradeDualId(source);
    expect(await key()).toEqual([]);
    await downgradeDualId(source, 4);
    expect(await key()).toEqual([{ isConstraint: true }]);
    await link();
    const upgraded = await upgradeAndSnapshot();
    expect(await key()).toEqual([{ isConstraint: false }]);
    await source.query('DROP TABLE labels');
    await downgradeDualId(source, 4);
    expect(await key()).toEqual([{ isConstraint: true }]);
    await upgradeDualId(source);
    expect(await key()).toEqual([]);
    await link();
    await addMasterLink(source, { table: 'labels' });
    expect(await schemaSnapshot(source)).toEqual(upgraded);
  });

  test('is left alone by an upgrade it had, and by a downgrade it did not need', async () => {
    await upgradeDualId(source, 1);
    await downgradeDualId(source, 2);
    expect(await version()).toEqual({ version: 1 });
  });
});

describe('the versions of the schema', () => {
  test('are uninstalled from whichever stands', async () => {
    for (let installed = 1; installed <= schemaSteps.length; installed++) {
      const before = await schemaSnapshot(source);
      await installDualId(source, installed);
      await uninstallDualId(source);
      expect(await schemaSnapshot(source)).toEqual(before);
    }
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
});
