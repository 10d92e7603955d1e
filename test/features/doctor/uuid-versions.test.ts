import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  addDualId,
  addGuidId,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  GuidEntity,
  GuidId,
  installDualId,
} from 'nest-dual-id';
import { diagnoseData, repairData } from 'nest-dual-id/doctor';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';

@DualId({ table: 'letters', columns: { uuid: 'external_id' }, acceptUuidVersions: [4, 8] })
class Letter extends DualIdEntity {}

@GuidId({ table: 'stamps' })
class Stamp extends GuidEntity {}

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  const url = urlAs('owner', database.url);
  source = await new DataSource(dualIdDataSource({ url, entities: [Letter, Stamp] })).initialize();
  await source.transaction(async ({ queryRunner }) => {
    await installDualId(queryRunner!);
    for (const table of ['letters', 'stamps']) await queryRunner!.query(`CREATE TABLE ${table} ()`);
    await addDualId(queryRunner!, { table: 'letters', columns: { uuid: 'external_id' } });
    await addGuidId(queryRunner!, { table: 'stamps' });
  });
});
beforeEach(() => source.query('TRUNCATE letters, stamps'));
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** UUIDs of a version, or with the variant of another standard. */
const uuids = (version: number, many: number, variant = '8') =>
  Array.from({ length: many }, (_, at) => {
    const last = at.toString(16).padStart(12, '0');
    return `01234567-89ab-${version.toString(16)}cde-${variant}000-${last}`;
  });
const letters = (...lists: string[][]) =>
  source.query('INSERT INTO letters (external_id) SELECT unnest($1::uuid[])', [lists.flat()]);
const findings = async () => (await diagnoseData(source)).findings;

test('public ids of accepted versions are not a finding', async () => {
  await letters(uuids(4, 3), uuids(8, 2));
  await source.query('INSERT INTO stamps SELECT unnest($1::uuid[])', [
    [...uuids(4, 1), ...uuids(7, 1)],
  ]);
  expect(await findings()).toEqual([]);
});

test('versions that the entity refuses are counted, each with what to do', async () => {
  await letters(uuids(1, 1200), uuids(4, 5), uuids(7, 2));
  const found = await findings();
  expect(found).toEqual([
    {
      code: 'uuid_version_refused',
      place: 'letters.external_id',
      problem: `1200 rows have a public id of version 1, such as ${uuids(1, 1)[0]}; the entity accepts 4, 8`,
      fix: expect.stringContaining('`acceptUuidVersions: [4, 8, <version>]` in @DualId of Letter'),
      repair: null,
    },
    expect.objectContaining({ problem: expect.stringMatching(/^2 rows .* version 7/) }),
  ]);
});

test.each([
  ['the Nil UUID', '00000000-0000-0000-0000-000000000000'],
  ['the Max UUID', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  ['a version nobody defined', uuids(9, 1)[0]!],
  ['a variant of another standard', uuids(4, 1, 'c')[0]!],
])('%s is reported as one that no entity can accept', async (_what, uuid) => {
  await letters([uuid]);
  expect(await findings()).toEqual([
    expect.objectContaining({
      problem: `1 rows have a public id of no UUID version, such as ${uuid}; no entity can accept it`,
    }),
  ]);
});

test('a guid entity has the same findings, and repair changes no public id', async () => {
  await source.query('INSERT INTO stamps SELECT unnest($1::uuid[])', [uuids(1, 1)]);
  const report = await repairData(source);
  expect(report.actions).toBe(0);
  expect(await findings()).toEqual([expect.objectContaining({ place: 'stamps.uuid' })]);
});
