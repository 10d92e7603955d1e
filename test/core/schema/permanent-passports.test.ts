import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
let passports: unknown[];
const deleted = 'a3b1c2d4-0000-4000-8000-000000000003';
const everything = 'SELECT * FROM dual_id.passports ORDER BY id';

beforeAll(async () => {
  guarded = await guardedDatabase();
  await guarded.sql(`INSERT INTO customers (first_name) VALUES ('Ada'), ('Grace')`);
  await guarded.sql(`INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'reader')`);
  await guarded.sql(`INSERT INTO readings (uuid, value) VALUES ('${deleted}', 1)`);
  await guarded.sql('DELETE FROM readings');
  passports = await guarded.sql(everything);
});
afterAll(() => guarded.stop());

describe('a passport', () => {
  test.each([
    ['deleted', `DELETE FROM dual_id.passports WHERE status = 'deleted'`],
    ['deleted when no row matches', 'DELETE FROM dual_id.passports WHERE id = -1'],
    ['truncated', 'TRUNCATE dual_id.passports CASCADE'],
    ['given another id', 'UPDATE dual_id.passports SET id = id + 100'],
    ['given another uuid', 'UPDATE dual_id.passports SET uuid = gen_random_uuid()'],
    ['given another type', 'UPDATE dual_id.passports SET platform_type_id = 204'],
    ['given another internal id', 'UPDATE dual_id.passports SET entity_id = entity_id + 1'],
    ['made that of a guid entity', 'UPDATE dual_id.passports SET entity_id = NULL, guid = true'],
  ])('cannot be %s', async (_what, text) => {
    await expect(guarded.sql(text)).rejects.toMatchObject({ driverError: { code: '23000' } });
    expect(await guarded.sql(everything)).toEqual(passports);
  });

  test.each([
    ['a status of the business', `status = 'shipped'`, 'passports_status_ck'],
    ['a deletion without a time', `status = 'deleted'`, 'passports_deleted_ck'],
    ['a time of deletion while it lives', 'deleted_at = now()', 'passports_deleted_ck'],
  ])('cannot have %s', async (_what, change, constraint) => {
    const text = `UPDATE dual_id.passports SET ${change} WHERE status = 'active'`;
    await expect(guarded.sql(text)).rejects.toMatchObject({ driverError: { constraint } });
  });

  test('can be archived', async () => {
    const text = `UPDATE dual_id.passports SET status = 'archived' WHERE platform_type_id = 200`;
    await expect(guarded.sql(text)).resolves.toEqual([[], 1]);
  });

  test('has no internal id exactly when it belongs to a guid entity', async () => {
    const rows = await guarded.sql(
      `SELECT platform_type_id AS type, guid, entity_id IS NULL AS "isNull"
       FROM dual_id.passports GROUP BY 1, 2, 3 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { type: 200, guid: true, isNull: true },
      { type: 201, guid: false, isNull: false },
      { type: 204, guid: false, isNull: false },
    ]);
  });

  test.each([
    ['of a guid entity with an internal id', '200, true, 5', 'passports_guid_ck'],
    ['of another entity without one', '201, false, NULL', 'passports_guid_ck'],
    ['of a guid type that says it is not', '200, false, 5', 'passports_platform_type_fk'],
    ['of another type that says it is guid', '201, true, NULL', 'passports_platform_type_fk'],
  ])('%s cannot be inserted', async (_what, values, constraint) => {
    const text = `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, entity_id)
      VALUES (gen_random_uuid(), ${values})`;
    await expect(guarded.sql(text)).rejects.toMatchObject({ driverError: { constraint } });
  });
});

describe('the uuid of a deleted entity', () => {
  test.each([
    ['its own kind', `INSERT INTO readings (uuid, value) VALUES ('${deleted}', 2)`],
    ['another kind', `INSERT INTO documents (uuid, title) VALUES ('${deleted}', 'x')`],
    ['a guid entity', `INSERT INTO roles (uuid, name) VALUES ('${deleted}', 'x')`],
  ])('cannot be given to %s again', async (_what, text) => {
    await expect(guarded.sql(text)).rejects.toMatchObject({
      driverError: { code: '23505', constraint: 'passports_uuid_uq' },
    });
  });
});
