import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diagnoseData, repairData } from 'nest-dual-id/doctor';
import type { RepairAction } from 'nest-dual-id/doctor';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { fillGuarded, withoutGuards } from './sick-rows.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());
beforeEach(() => fillGuarded(guarded));

const diagnose = () => diagnoseData(guarded.owner, { rowsPerPage: 3 });
const codes = async () => {
  const { counts } = await diagnose();
  return counts.map(({ code, place, rows }) => `${code} ${place} ${rows}`).sort();
};
const hurt = (...statements: string[]) => withoutGuards(guarded, statements);

interface Sickness {
  readonly kind: string;
  readonly by: readonly string[];
  readonly found: readonly string[];
}

const ada = `(SELECT external_user_id FROM customers WHERE first_name = 'Ada')`;
const curable: readonly Sickness[] = [
  {
    kind: 'a row without a passport',
    by: [`DELETE FROM dual_id.passports WHERE uuid = ${ada}`],
    found: ['passport_missing customers 1'],
  },
  {
    kind: 'a guid row without a passport',
    by: [`DELETE FROM dual_id.passports WHERE platform_type_id = 200`],
    found: ['passport_missing roles 2'],
  },
  {
    kind: 'a passport without a row',
    by: [`DELETE FROM billing.invoices WHERE number = '1'`],
    found: ['passport_orphaned billing.invoices 1'],
  },
  {
    kind: 'a passport of another internal id',
    by: [`UPDATE dual_id.passports SET entity_id = 99999 WHERE uuid = ${ada}`],
    found: ['passport_mismatched customers 1'],
  },
  {
    kind: 'a passport of another type',
    by: [`UPDATE dual_id.passports SET platform_type_id = 203 WHERE uuid = ${ada}`],
    found: ['passport_mismatched customers 1', 'passport_orphaned documents 1'],
  },
  {
    kind: 'a row of another type',
    by: [
      'ALTER TABLE customers DROP CONSTRAINT customers_type_ck',
      `UPDATE customers SET platform_type_id = 203 WHERE first_name = 'Ada'`,
    ],
    found: ['row_type_wrong customers 1'],
  },
  {
    kind: 'a tombstone of a living row',
    by: [`UPDATE dual_id.passports SET status = 'deleted', deleted_at = now() WHERE uuid = ${ada}`],
    found: ['passport_status_wrong customers 1'],
  },
  {
    kind: 'a deleted row whose passport lives',
    by: [`UPDATE documents SET deleted_at = now() WHERE title = 'Minutes'`],
    found: ['passport_status_wrong documents 1'],
  },
  {
    kind: 'a living row whose passport is deleted',
    by: [`UPDATE documents SET deleted_at = NULL WHERE title = 'Draft'`],
    found: ['passport_status_wrong documents 1'],
  },
  {
    kind: 'a name that moved on',
    by: [`UPDATE customers SET first_name = 'Augusta' WHERE first_name = 'Ada'`],
    found: ['passport_name_wrong customers 1'],
  },
  {
    kind: 'a name that is left of somebody erased',
    by: [
      `INSERT INTO dual_id.erasures (uuid) VALUES (${ada})`,
      `UPDATE customers SET first_name = '', last_name = '' WHERE first_name = 'Ada'`,
    ],
    found: ['passport_name_wrong customers 1'],
  },
  {
    kind: 'a name written while no trigger watched',
    by: [`UPDATE dual_id.passports SET search_key = NULL, search_words = NULL WHERE uuid = ${ada}`],
    found: ['passport_unsearchable dual_id.passports 1'],
  },
  {
    kind: 'two rows of one public id',
    by: [
      'ALTER TABLE customers DROP CONSTRAINT customers_uuid_uq',
      `UPDATE customers SET external_user_id = ${ada} WHERE first_name = 'Bob'`,
    ],
    found: [
      'passport_mismatched customers 1',
      'passport_name_wrong customers 1',
      'passport_orphaned customers 1',
      'uuid_duplicate customers 1',
    ],
  },
  {
    kind: 'a reference to a row that is gone',
    by: [`UPDATE billing.invoices SET customer_id = 424242 WHERE number = '1'`],
    found: ['reference_dangling billing.invoices.customer_id 1'],
  },
  {
    kind: 'a sequence behind the rows',
    by: [
      `UPDATE customers SET user_id = 5000 WHERE first_name = 'Ada'`,
      `UPDATE dual_id.passports SET entity_id = 5000 WHERE uuid = ${ada}`,
      `UPDATE billing.invoices SET customer_id = NULL`,
    ],
    found: ['sequence_behind customers.user_id 1'],
  },
  {
    kind: 'a sequence below its start',
    by: [
      `DELETE FROM billing.invoices`,
      `DELETE FROM customers`,
      `DELETE FROM dual_id.passports WHERE platform_type_id IN (201, 202)`,
      `SELECT setval(pg_get_serial_sequence('customers', 'user_id'), 5)`,
    ],
    found: ['sequence_behind customers.user_id 1'],
  },
];

describe('a clean database', () => {
  test('has nothing to find or repair', async () => {
    expect(await diagnose()).toMatchObject({ findings: [], counts: [] });
    expect(await repairData(guarded.owner)).toMatchObject({ actions: 0, refused: [] });
  });
});

describe.each(curable)('$kind', ({ by, found }) => {
  test('is found, reported by a dry run, repaired, and then gone', async () => {
    await hurt(...by);
    expect(await codes()).toEqual(found);

    const planned: RepairAction[] = [];
    const rowsBefore = await everything();
    const dry = await repairData(guarded.owner, {
      isDryRun: true,
      onAction: (action) => planned.push(action),
    });
    expect(await everything()).toEqual(rowsBefore);
    expect(planned.length).toBeGreaterThan(0);
    expect(dry.after.counts.length).toBe(found.length);

    const done: RepairAction[] = [];
    const { refused, after } = await repairData(guarded.owner, {
      onAction: (action) => done.push(action),
    });
    expect(refused).toEqual([]);
    expect(planned).toEqual(expect.arrayContaining(done));
    expect(after.counts).toEqual([]);
    expect(await rowCounts()).toEqual(countsOf(rowsBefore));

    expect(await repairData(guarded.owner)).toMatchObject({ actions: 0 });
  });
});

const tables = ['roles', 'countries', 'customers', 'billing.invoices', 'documents', 'notes'];

async function everything(): Promise<Record<string, unknown>[][]> {
  const names = [...tables, 'dual_id.passports'];
  return Promise.all(names.map((name) => guarded.sql(`SELECT * FROM ${name} ORDER BY 1`)));
}

const countsOf = (rows: unknown[][]) => rows.slice(0, -1).map(({ length }) => length);
const rowCounts = async () => countsOf(await everything());

describe('what cannot be repaired with certainty', () => {
  test.each([
    {
      kind: 'two rows whose ids were exchanged',
      by: [
        `UPDATE dual_id.passports p SET entity_id = (SELECT max(q.entity_id) + min(q.entity_id)
           FROM dual_id.passports q WHERE q.platform_type_id = 201) - p.entity_id
         WHERE platform_type_id = 201`,
      ],
      found: ['passport_mismatched customers 2'],
      next: 'which pair is right',
    },
    {
      kind: 'two rows of one internal id',
      by: [
        'ALTER TABLE customers DROP CONSTRAINT customers_pk CASCADE',
        `UPDATE billing.invoices SET customer_id = NULL`,
        `UPDATE customers SET user_id = (SELECT min(user_id) FROM customers)`,
      ],
      found: ['id_duplicate customers 2', 'passport_mismatched customers 1'],
      next: 'cannot be determined',
    },
    {
      kind: 'a passport of a type that is gone',
      by: [`DELETE FROM dual_id.platform_types WHERE id = 204`],
      found: ['passport_type_unknown dual_id.passports 1'],
      next: 'dual_id.platform_types',
    },
  ])('$kind is reported with the next step, and stays', async ({ by, found, next }) => {
    await hurt(...by);
    expect(await codes()).toEqual(found);
    const before = await everything();
    const { actions, after } = await repairData(guarded.owner);
    expect(actions).toBe(0);
    expect(await everything()).toEqual(before);
    const finding = after.findings.find(({ code }) => found[0]?.startsWith(code));
    expect(finding).toMatchObject({ repair: null, fix: expect.stringContaining(next) });
  });
});

test('rows of an inheriting table are found by their ids and passports, in the table they appear in', async () => {
  await guarded.sql('CREATE TABLE vips () INHERITS (customers)');
  await guarded.sql(`INSERT INTO vips (user_id, external_user_id, first_name)
    SELECT user_id, external_user_id, 'Twin' FROM ONLY customers WHERE first_name = 'Ada'`);
  await guarded.sql(`INSERT INTO vips (user_id, external_user_id, first_name)
    SELECT 7000, external_user_id, 'Other' FROM ONLY customers WHERE first_name = 'Bob'`);
  await guarded.sql(`INSERT INTO vips (user_id, first_name) VALUES (8000, 'Nobody')`);
  const found = await codes();
  for (const finding of ['id_duplicate customers 2', 'uuid_duplicate customers 1']) {
    expect(found).toContain(finding);
  }
  expect(found.some((one) => one.startsWith('passport_missing customers'))).toBe(true);
});
