import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { dualIdDataSource, installDualId } from 'nest-dual-id';
import {
  installIdempotency,
  uninstallIdempotency,
  upgradeIdempotency,
} from 'nest-dual-id/idempotency';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';

/** What `installIdempotency` made before answers were forgotten with people, and an answer. */
const earlier = [
  `CREATE TABLE dual_id.idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status smallint NOT NULL,
    version integer,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key))`,
  'CREATE INDEX idempotency_keys_created_at_ix ON dual_id.idempotency_keys (created_at)',
  `INSERT INTO dual_id.idempotency_keys VALUES ('POST /users ', 'a', '', 201, 1, '{"name": "Ada"}')`,
];

let database: TestDatabase;
let source: DataSource;
beforeEach(async () => {
  database = await emptyDatabase();
  const options = dualIdDataSource({ url: database.url, entities: [] });
  source = await new DataSource(options).initialize();
  await installDualId(source);
});
afterEach(async () => {
  await source.destroy();
  await database.drop();
});

const install = async () => {
  for (const statement of earlier) await source.query(statement);
};

test('the table of an earlier release becomes that of a fresh install, without its answers', async () => {
  await installIdempotency(source);
  const fresh = await schemaSnapshot(source);
  await uninstallIdempotency(source);
  await install();
  await upgradeIdempotency(source);
  expect(await schemaSnapshot(source)).toEqual(fresh);
  expect(await source.query('SELECT FROM dual_id.idempotency_keys')).toEqual([]);
  await upgradeIdempotency(source);
  expect(await schemaSnapshot(source)).toEqual(fresh);
});

test('the table of an earlier release is removed as well, upgraded or not', async () => {
  const before = await schemaSnapshot(source);
  await install();
  await uninstallIdempotency(source);
  expect(await schemaSnapshot(source)).toEqual(before);
  await install();
  await upgradeIdempotency(source);
  await uninstallIdempotency(source);
  expect(await schemaSnapshot(source)).toEqual(before);
});
