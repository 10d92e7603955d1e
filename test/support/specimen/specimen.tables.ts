import { addDualId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { firstInternalId } from '../library/library.tables.js';

/** The columns of a specimen: name and type. */
const columns = `small smallint, whole integer, count bigint, amount numeric, ratio real,
  precise float8, flag boolean, note text, code varchar(20), letters char(3), nick citext,
  ticket uuid, seen_at timestamptz, local_at timestamp, seen_on date, opens time, closes timetz,
  span interval, host inet, net cidr, cut cut, grade grade, cuts cut[], counts int8[],
  amounts numeric[], words text[], nicks citext[], flags boolean[], moments timestamptz[],
  days date[], settings jsonb, raw json, parts jsonb[], price integer, size_width real`;

/** One row in which every column has a value that a careless reader would change. */
const fullRow = `INSERT INTO specimens
  SELECT id, -32768, 2147483647, 9007199254740993, 12345678901234567890.123456789, 0.1,
    1.7976931348623157e308, false, E'quote " back \\\\ line\\n\\u2028 \\U0001F600', 'abc', 'ab',
    'Nick', '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e', '2026-01-15 09:30:00.123456+02',
    '2026-01-15 09:30:00.9', '0099-12-31', '24:00:00', '23:59:59.999999+05:30',
    '1 mon 2 days 03:04:05.678', '10.0.0.1/8', '10.0.0.0/8', 'cut', '2', '{raw,NULL,cut}',
    '{9007199254740993,NULL,-1}', '{0.10,NULL,12345678901234567890.5}', '{"a,b",NULL,""}',
    '{Nick,NULL}', '{t,NULL,f}', '{"1969-12-31 23:59:59.9995+00",NULL}', '{2026-02-28,NULL}',
    '{"id": "77", "name": "x", "tags": ["a"]}', '{"name": "y", "id": 77, "tags": []}',
    ARRAY['{"id": 77, "name": "z", "tags": []}'::jsonb, NULL], 420, 2.5
  FROM cabinets`;

/** Makes cabinets, specimens and labels, with one full specimen, one empty one and their labels. */
export async function makeSpecimens(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE EXTENSION citext');
  await runner.query(`CREATE TYPE cut AS ENUM ('raw', 'cut')`);
  await runner.query(`CREATE TYPE grade AS ENUM ('1', '2')`);
  await runner.query('CREATE TABLE cabinets (name text NOT NULL)');
  await addDualId(runner, { table: 'cabinets', startWith: firstInternalId });
  await runner.query(`CREATE TABLE specimens (cabinet_id bigint NOT NULL, ${columns})`);
  await addDualId(runner, { table: 'specimens', startWith: firstInternalId });
  await runner.query('CREATE TABLE labels (specimen_id bigint)');
  await addDualId(runner, { table: 'labels', startWith: firstInternalId });
  await runner.query(`INSERT INTO cabinets (name) VALUES ('first')`);
  await runner.query(fullRow);
  await runner.query('INSERT INTO specimens (cabinet_id) SELECT id FROM cabinets');
  await runner.query('INSERT INTO labels (specimen_id) SELECT id FROM specimens UNION SELECT NULL');
}
