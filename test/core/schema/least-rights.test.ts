import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addMasterLink, grantDualId } from 'nest-dual-id';
import { grantIdempotency, installIdempotency } from 'nest-dual-id/idempotency';
import { addFencing, grantLocks, installLocks } from 'nest-dual-id/locks';
import { grantRelations, installRelations } from 'nest-dual-id/relations';
import pg from 'pg';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { roleNames } from '../../support/roles.js';

let guarded: GuardedDatabase;
let plain: pg.Client;
const roles = ['application', 'reader', 'outsider'].map((name) => `${name}_${process.pid}`);
const [application, reader, outsider] = roles as [string, string, string];

beforeAll(async () => {
  guarded = await guardedDatabase();
  const runner = { query: (text: string) => guarded.sql(text) };
  for (const role of roles) await guarded.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  await guarded.sql('CREATE TABLE labels (text text)');
  await addMasterLink(runner, { table: 'labels' });
  await guarded.sql(
    'CREATE TABLE parts (text text, master_uuid uuid) PARTITION BY HASH (master_uuid)',
  );
  await guarded.sql(
    'CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
  );
  await addMasterLink(runner, { table: 'parts', partitioned: true });
  await installIdempotency(runner);
  await installRelations(runner);
  await installLocks(runner);
  await addFencing(runner, { table: 'notes' });
  await guarded.sql(`GRANT USAGE ON SCHEMA public, billing TO ${roles.join(', ')}`);
  for (const role of [application, outsider]) {
    await guarded.sql(`GRANT ALL ON ALL TABLES IN SCHEMA public, billing TO ${role}`);
  }
  await grantDualId(runner, application);
  await grantIdempotency(runner, application);
  await grantRelations(runner, application);
  await grantLocks(runner, application);
  await grantDualId(runner, reader, 'reader');
  await grantRelations(runner, reader, 'reader');
  plain = await connect(outsider);
});
afterAll(async () => {
  await plain.end();
  for (const role of roles) {
    await guarded.sql(`DROP OWNED BY ${role}`);
    await guarded.sql(`DROP ROLE ${role}`);
  }
  await guarded.stop();
});

async function connect(role: string): Promise<pg.Client> {
  const url = new URL(guarded.url);
  url.username = role;
  url.password = 'x';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}

const passports = (type: number) =>
  guarded.sql(
    `SELECT name, status FROM dual_id.passports WHERE platform_type_id = ${type} ORDER BY id`,
  );

describe('a role with rights on its own tables only', () => {
  test('enrols, renames, retires and removes rows', async () => {
    await plain.query(`INSERT INTO customers (first_name) VALUES ('Ada'), ('Grace')`);
    await plain.query(`UPDATE customers SET first_name = 'Augusta' WHERE first_name = 'Ada'`);
    await plain.query(`DELETE FROM customers WHERE first_name = 'Grace'`);
    await plain.query(`INSERT INTO documents (title) VALUES ('Deed')`);
    await plain.query('UPDATE documents SET deleted_at = now()');
    await plain.query(`INSERT INTO billing.invoices (number) VALUES ('1')`);
    await plain.query('TRUNCATE billing.invoices');
    await plain.query(`INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'clerk')`);
    expect(await passports(201)).toEqual([
      { name: 'Augusta', status: 'active' },
      { name: 'Grace', status: 'deleted' },
    ]);
    expect(await passports(202)).toEqual([{ name: null, status: 'deleted' }]);
    expect(await passports(203)).toEqual([{ name: 'Deed', status: 'deleted' }]);
    expect(await passports(200)).toEqual([{ name: 'clerk', status: 'active' }]);
  });

  test('links rows to passports, and moves and removes them', async () => {
    const master = `SELECT uuid FROM dual_id.passports WHERE platform_type_id = 200`;
    const [{ uuid }] = (await guarded.sql(master)) as [{ uuid: string }];
    for (const table of ['labels', 'parts']) {
      await plain.query(`INSERT INTO ${table} (text, master_uuid) VALUES ('a', '${uuid}')`);
      const again = plain.query(`INSERT INTO ${table} (text, master_uuid) VALUES ('b', '${uuid}')`);
      await expect(again).rejects.toMatchObject({ code: '23505' });
      await plain.query(`DELETE FROM ${table}`);
    }
    await plain.query(`INSERT INTO parts (text, master_uuid) VALUES ('c', '${uuid}')`);
    await plain.query('TRUNCATE parts');
  });

  test('writes a fenced table, under a lease as without one', async () => {
    await guarded.sql(`INSERT INTO dual_id.leases (key, token, expires_at, granted_at)
      VALUES ('a', 7, now() + interval '1 hour', now())`);
    await plain.query(`INSERT INTO notes (text) VALUES ('a')`);
    await plain.query('BEGIN');
    await plain.query(`SELECT set_config('dual_id.lease', '7:a', true)`);
    await plain.query(`UPDATE notes SET text = 'b'`);
    await plain.query('COMMIT');
  });

  test.each([
    [
      'name another type',
      `INSERT INTO customers (first_name, platform_type_id) VALUES ('x', 202)`,
      '23514',
    ],
    ['call a trigger function', 'SELECT dual_id.customers_enrol()', '42501'],
    ['read the registry', 'SELECT * FROM dual_id.passports', '42501'],
    ['make a record', `SELECT dual_id.create_records('{}', '{}', '{}', '{}')`, '42501'],
    ['see the schema', `SELECT dual_id.required(1, 'x')`, '42501'],
  ])('cannot %s', async (_what, sql, code) => {
    await expect(plain.query(sql)).rejects.toMatchObject({ code });
  });

  test('finds no function of its own called with the rights of the owner', async () => {
    await guarded.sql(`CREATE SCHEMA bait AUTHORIZATION ${outsider}`);
    await plain.query(`CREATE TABLE bait.caught (by text)`);
    for (const [name, result] of [
      ['now()', 'timestamptz'],
      ['left(text, integer)', 'text'],
    ]) {
      await plain.query(`CREATE FUNCTION bait.${name} RETURNS ${result} LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO bait.caught VALUES (current_user); RETURN NULL; END $$`);
    }
    await plain.query('SET search_path = bait, pg_catalog, public');
    await plain.query('CREATE TEMP TABLE passports (uuid uuid)');
    await plain.query(`INSERT INTO customers (first_name) VALUES ('Eve')`);
    await plain.query(`UPDATE customers SET first_name = 'Eva' WHERE first_name = 'Eve'`);
    await plain.query(`DELETE FROM customers WHERE first_name = 'Eva'`);
    expect((await plain.query('SELECT * FROM bait.caught')).rows).toEqual([]);
    await plain.query('RESET search_path');
    expect((await passports(201)).at(-1)).toEqual({ name: 'Eva', status: 'deleted' });
  });
});

describe('the role of the application', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = await connect(application);
  });
  afterAll(() => client.end());

  test('cannot feed a trigger function rows of a table it made itself', async () => {
    await client.query(`CREATE TEMP TABLE fake (external_user_id uuid, platform_type_id smallint,
      user_id bigint, first_name text, last_name text, uuid uuid, master_id bigint)`);
    const functions = await guarded.sql<{ name: string }>(
      `SELECT oid::regproc::text AS name FROM pg_proc WHERE pronamespace = 'dual_id'::regnamespace
         AND prorettype = 'trigger'::regtype AND prosecdef`,
    );
    expect(functions.length).toBeGreaterThan(20);
    for (const { name } of functions) {
      const trigger = `CREATE TRIGGER forge AFTER INSERT ON fake REFERENCING NEW TABLE AS enrolled
        FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`;
      await expect(client.query(trigger)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('makes records of kinds of records, and changes nothing that follows a row', async () => {
    const forge = `SELECT dual_id.create_records(ARRAY[gen_random_uuid()], ARRAY[200]::smallint[],
      ARRAY['x'], ARRAY['x'])`;
    await expect(client.query(forge)).rejects.toMatchObject({ code: '42501' });
    const [{ id }] = (await guarded.sql(
      `SELECT id FROM dual_id.passports WHERE platform_type_id = 200 AND status = 'active'`,
    )) as [{ id: string }];
    for (const call of [
      `change_record(${id}, true, 'x', false, NULL, NULL)`,
      `change_record(${id}, false, NULL, false, NULL, 'deleted')`,
      `remove_record(${id})`,
      `restore_record(${id})`,
      `create_record_once(gen_random_uuid(), 200::smallint, 'x', NULL)`,
    ]) {
      const { rows } = await client.query(`SELECT * FROM dual_id.${call}`);
      expect([call, rows]).toEqual([call, []]);
    }
    expect(await passports(200)).toEqual([{ name: 'clerk', status: 'active' }]);
  });
});

describe('the schema', () => {
  const tables = `SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'dual_id'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1`;

  async function writes(role: string): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of await guarded.sql<{ name: string }>(tables)) {
      const [row] = await guarded.sql<{ rights: string[] }>(
        `SELECT ARRAY(SELECT p FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
           WHERE has_table_privilege('${role}', 'dual_id.${name}', p)
             OR p IN ('INSERT', 'UPDATE')
               AND has_any_column_privilege('${role}', 'dual_id.${name}', p)) AS rights`,
      );
      if (row!.rights.length > 0) found.push(`${name}: ${row!.rights.join(', ')}`);
    }
    return found;
  }

  test('lets an application write the tables of features and nothing else', async () => {
    expect(await writes(application)).toEqual([
      'idempotency_keys: INSERT, UPDATE, DELETE',
      'leases: INSERT, UPDATE, DELETE',
      'relations: INSERT, UPDATE, DELETE',
    ]);
    expect(await writes(reader)).toEqual([]);
    expect(await writes(outsider)).toEqual([]);
    const moved = `UPDATE dual_id.relations SET from_id = to_id`;
    const client = await connect(application);
    await expect(client.query(moved)).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  test('has no function with the rights of its owner that is open, or looks around', async () => {
    const functions = await guarded.sql(
      `SELECT oid::regprocedure::text AS name, proconfig AS config,
         ARRAY(SELECT grantee::regrole::text FROM aclexplode(coalesce(proacl,
           acldefault('f', proowner))) WHERE grantee NOT IN (proowner, '${application}'::regrole,
             '${reader}'::regrole, '${roleNames.application}'::regrole)) AS others
       FROM pg_proc WHERE pronamespace = 'dual_id'::regnamespace AND prosecdef`,
    );
    expect(functions.length).toBeGreaterThan(30);
    for (const { name, config, others } of functions) {
      const path = ['search_path=pg_catalog, pg_temp'];
      expect({ name, config, others }).toEqual({ name, config: path, others: [] });
    }
  });

  test('shows a reader passports and types, and no answers or leases', async () => {
    const client = await connect(reader);
    for (const table of ['passports', 'platform_types', 'relations']) {
      await expect(client.query(`SELECT * FROM dual_id.${table}`)).resolves.toBeDefined();
    }
    for (const table of ['idempotency_keys', 'leases', 'erasures']) {
      const read = client.query(`SELECT * FROM dual_id.${table}`);
      await expect(read).rejects.toMatchObject({ code: '42501' });
    }
    await client.end();
  });
});
