import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Database, statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

const uuid = 'a3b1c2d4-0000-4000-8000-000000000001';
const customer = `INSERT INTO customers (user_id, external_user_id, first_name)
  VALUES (77, '${uuid}', 'Ada')`;
const passport = (type: number, entityId: number | 'NULL', guid = false, of = uuid) =>
  `INSERT INTO dual_id.passports (uuid, platform_type_id, entity_id, guid)
   VALUES ('${of}', ${type}, ${entityId}, ${guid})`;

/** Runs statements in one transaction of the library, as the owner, who may write passports. */
function together(...statements: string[]): Promise<unknown> {
  const database = new Database(guarded.owner, {});
  return database.transaction(async () => {
    for (const text of statements) await database.execute(statement(text));
  });
}

describe('with enrolment switched off', () => {
  beforeAll(() => guarded.sql('ALTER TABLE customers DISABLE TRIGGER customers_enrol'));
  afterAll(() => guarded.sql('ALTER TABLE customers ENABLE TRIGGER customers_enrol'));

  test.each([
    ['no passport', []],
    ['a passport of another internal id', [passport(201, 78)]],
    ['a passport of another type', [passport(202, 77)]],
    ['a passport without an internal id', [passport(200, 'NULL', true)]],
  ])('an entity with %s fails at COMMIT and leaves nothing', async (_what, before) => {
    await expect(together(...before, customer)).rejects.toMatchObject({
      code: 'internal',
      details: { cause: { code: '23503', constraint: 'customers_passport_fk' } },
    });
    expect(await guarded.sql('SELECT 1 FROM customers')).toEqual([]);
    expect(await guarded.passport(uuid)).toBeUndefined();
  });

  test('an entity with its own passport is committed, whichever came first', async () => {
    await together(customer, passport(201, 77));
    expect(await guarded.passport(uuid)).toMatchObject({ entity_id: '77' });
  });
});

describe('with a passport of something else under the same uuid', () => {
  const taken = 'a3b1c2d4-0000-4000-8000-000000000002';
  beforeAll(() => guarded.sql(`INSERT INTO readings (uuid, value) VALUES ('${taken}', 1)`));

  test.each([
    [
      'an entity',
      `INSERT INTO customers (external_user_id, first_name) VALUES ('${taken}', 'Eve')`,
    ],
    ['a guid entity', `INSERT INTO roles (uuid, name) VALUES ('${taken}', 'admin')`],
  ])('%s cannot be inserted', async (_what, insert) => {
    await expect(together(insert)).rejects.toMatchObject({
      code: 'conflict',
      details: { errors: [{ pointer: '/uuid', detail: 'is already in use' }] },
    });
  });
});

describe('the type of an entity', () => {
  beforeEach(() => guarded.sql('DELETE FROM customers'));

  test('cannot be another than its table has', async () => {
    const insert = `INSERT INTO customers (platform_type_id, first_name) VALUES (202, 'Ada')`;
    await expect(guarded.sql(insert)).rejects.toMatchObject({
      driverError: { code: '23514', constraint: 'customers_type_ck' },
    });
  });

  test('cannot be one that no migration entered', async () => {
    const stranger = passport(9999, 1, false, 'a3b1c2d4-0000-4000-8000-00000000000f');
    await expect(guarded.sql(stranger)).rejects.toMatchObject({
      driverError: { code: '23503', constraint: 'passports_platform_type_fk' },
    });
  });

  test('cannot leave the registry while it is in use', async () => {
    await guarded.sql(`INSERT INTO notes (text) VALUES ('x')`);
    await expect(
      guarded.sql('DELETE FROM dual_id.platform_types WHERE id = 204'),
    ).rejects.toMatchObject({ driverError: { constraint: 'passports_platform_type_fk' } });
  });
});
