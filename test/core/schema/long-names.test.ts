import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addDualId, addRecordType, dualIdDataSource, installDualId } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { noise } from '../../support/noise.js';

let database: TestDatabase;
let source: DataSource;
beforeEach(async () => {
  database = await emptyDatabase();
  source = await new DataSource(dualIdDataSource({ url: database.url, entities: [] })).initialize();
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

const parcels = { table: 'parcels', type: { id: 70, name: 'parcel' }, namedBy: ['label'] };

async function install(): Promise<void> {
  await installDualId(source);
  await addRecordType(source, { id: 71, name: 'note' });
  await source.query('CREATE TABLE parcels (label text NOT NULL)');
  await addDualId(source, parcels);
}

async function lengths(label: string): Promise<unknown> {
  await source.query(
    `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name)
     VALUES (gen_random_uuid(), 71, true, $1)`,
    [label],
  );
  const [row] = await source.query(
    `SELECT octet_length(search_key) AS key, array_length(words, 1) AS words,
       (SELECT max(octet_length(w)) FROM unnest(words) w) AS longest,
       words <@ ARRAY(SELECT word FROM dual_id.name_words) AS kept
     FROM (SELECT search_key, tsvector_to_array(search_words) AS words
       FROM dual_id.passports WHERE name = $1) p`,
    [label],
  );
  return row;
}

test.each([
  ['2,000 letters', 'a'.repeat(2000), 2000, 1, 2000],
  ['2,001 letters', 'a'.repeat(2001), 2000, 1, 2000],
  ['2,047 letters', 'a'.repeat(2047), 2000, 1, 2000],
  ['2,048 letters', 'a'.repeat(2048), 2000, 1, 2000],
  ['4,096 letters', 'a'.repeat(4096), 2000, 1, 2000],
  ['letters that are not alike', noise(9000), 2000, 1, 2000],
  ['many words', `${'word '.repeat(399)}${noise(5000)}`, 2000, 2, 5],
  ['characters of two bytes', `a${'ж'.repeat(3000)}`, 1999, 1, 1999],
  ['characters of three bytes', '中'.repeat(3000), 1998, 1, 1998],
  ['characters of four bytes', `abc${'𝒳𠀀'.repeat(1000)}`, 1999, 1, 1999],
  ['characters that become six', '\u3316'.repeat(900), 1998, 1, 1998],
  ['blanks alone at the end', `${'a'.repeat(1999)}${' :'.repeat(500)}b`, 1999, 1, 1999],
])('a name of %s is compared by its beginning', async (_, label, key, words, longest) => {
  await install();
  expect(await lengths(label)).toEqual({ key, words, longest, kept: true });
});

test('a row whose name becomes longer when it is normalised is enrolled', async () => {
  await install();
  await source.query(`INSERT INTO parcels (label) VALUES (repeat(U&'\\3316', 200))`);
  const [row] = await source.query(`SELECT octet_length(word) AS length FROM dual_id.name_words`);
  expect(row).toEqual({ length: 1998 });
});

test('the form of a name is the form of that form', async () => {
  await install();
  for (const label of [`a${'ж '.repeat(3000)}`, `${noise(1995)} :: ${noise(50)}`]) {
    const [row] = await source.query(
      `SELECT dual_id.search_key(dual_id.search_key($1)) = dual_id.search_key($1) AS same`,
      [label],
    );
    expect(row).toEqual({ same: true });
  }
});
