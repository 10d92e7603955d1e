import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DualIdError, statement } from 'nest-dual-id';
import { Account, createAccounts } from '../../support/accounts.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Country, Customer, guardedEntities } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { entities: [...guardedEntities, Account] } });
  await createAccounts(guarded.owner);
  await guarded.sql(`INSERT INTO countries (id, slug, name) VALUES (7, 'italy', 'Italy')`);
  await guarded.sql(`INSERT INTO customers (user_id, first_name) VALUES (5, 'Ada')`);
  await guarded.sql(`INSERT INTO accounts (handle, email, customer_id, country_id, seat)
    VALUES ('secret-handle', 'Secret@Example.org', 5, 7, '[1,5)')`);
});
afterAll(() => guarded.stop());

const insert = (columns: string, values: string) =>
  `INSERT INTO accounts (handle, email, ${columns}) VALUES ('h', 'e', ${values})`;
const inUse = 'is already in use';
const notAllowed = 'is not an allowed value';

/** The statement, the code, and what the error reports about which properties. */
const breaches: [string, string, string, [string, string][]][] = [
  [
    'a unique property',
    `INSERT INTO accounts (handle, email) VALUES ('secret-handle', 'e')`,
    'conflict',
    [['/handle', inUse]],
  ],
  [
    'an index on an expression',
    `INSERT INTO accounts (handle, email) VALUES ('h', 'SECRET@example.ORG')`,
    'conflict',
    [['/email', inUse]],
  ],
  [
    'a unique pair with a reference',
    insert('customer_id', '5'),
    'conflict',
    [
      ['/customerUuid', inUse],
      ['/number', inUse],
    ],
  ],
  ['a unique look-up', insert('country_id', '7'), 'conflict', [['/country', inUse]]],
  ['a unique internal id', insert('id', '1'), 'conflict', []],
  ['an exclusion', insert('seat', `'[4,6)'`), 'conflict', []],
  [
    'a reference that is missing',
    insert('customer_id', '77'),
    'missing_reference',
    [['/customerUuid', 'does not exist']],
  ],
  [
    'a look-up that is missing',
    insert('country_id', '77'),
    'missing_reference',
    [['/country', 'does not exist']],
  ],
  ['a row others refer to', 'DELETE FROM customers', 'still_referenced', []],
  ['a row whose deletion is restricted', 'DELETE FROM countries', 'still_referenced', []],
  ['a check', insert('balance', '-1'), 'rule_violated', [['/balance', notAllowed]]],
  ['a check of the library', insert('platform_type_id', '30'), 'rule_violated', []],
  ['a number out of range', insert('balance', '32768'), 'rule_violated', []],
  [
    'a property that is required',
    `INSERT INTO accounts (handle) VALUES ('h')`,
    'rule_violated',
    [['/email', 'is required']],
  ],
  ['a text that is no number', insert('number', `$1`), 'rule_violated', []],
  ['a text that is too long', insert('code', `'abcd'`), 'rule_violated', []],
  [
    'a text with a zero byte',
    insert('code', `E'a' || convert_from('\\x00', 'UTF8')`),
    'rule_violated',
    [],
  ],
  ['a JSON text with one', insert('code', `'"\\u0000"'::jsonb ->> 0`), 'rule_violated', []],
  ['a text that is no date', insert('opened_on', `'tomorrowish'`), 'rule_violated', []],
  ['a date that is none', insert('opened_on', `'2026-02-30'`), 'rule_violated', []],
  [
    'a unique index that has no room for a text',
    `INSERT INTO accounts (handle, email) SELECT string_agg(md5(n::text), ''), 'e'
      FROM generate_series(1, 100) n`,
    'rule_violated',
    [['/handle', 'is too long']],
  ],
  [
    'an index on an expression that has no room',
    `INSERT INTO accounts (handle, email) SELECT 'h', string_agg(md5(n::text), '')
      FROM generate_series(1, 100) n`,
    'rule_violated',
    [['/email', 'is too long']],
  ],
  [
    'an index whose pages are smaller than a text',
    `INSERT INTO accounts (handle, email) SELECT 'h', string_agg(md5(n::text), '')
      FROM generate_series(1, 1000) n`,
    'rule_violated',
    [],
  ],
  ['a limit of a read', `SELECT repeat('secret', 1000)::tsquery`, 'internal', []],
  ['a statement that is wrong', 'SELECT secret FROM accounts', 'internal', []],
];

const caught = async (work: Promise<unknown>): Promise<DualIdError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DualIdError) return error;
  throw new Error(`expected an error of the library, not ${inspect(error)}`);
};

function expectNothingInside(error: DualIdError): void {
  const { cause, ...details } = error.details;
  expect(cause).toBeInstanceOf(Error);
  const shown = [error.message, String(error), JSON.stringify(error), JSON.stringify(details)];
  for (const text of shown) {
    expect(text).not.toMatch(
      /secret|accounts|customer_id|_uq|_ck|_fk|_ex\b|INSERT|DELETE|SELECT|Key \(/i,
    );
  }
}

describe.each(breaches)('breaking %s', (_what, sql, code, named) => {
  const expected = named.map(([pointer, detail]) => ({ pointer, detail }));
  const values = sql.includes('$1') ? ['secret'] : [];

  test(`is ${code}, and the error shows nothing internal`, async () => {
    const error = await caught(guarded.database.execute(statement(sql), values));
    expect([error.code, error.details.errors ?? []]).toEqual([code, expected]);
    expectNothingInside(error);
  });

  test('is the same through TypeORM in a transaction', async () => {
    const work = guarded.database.transaction((manager) => manager.query(sql, values));
    const error = await caught(work);
    expect([error.code, error.details.errors ?? []]).toEqual([code, expected]);
    expectNothingInside(error);
  });
});

test('a violation detected only at COMMIT is translated as well', async () => {
  await guarded.sql(`ALTER TABLE accounts ALTER CONSTRAINT accounts_customer_id_fk
    DEFERRABLE INITIALLY DEFERRED`);
  const write = (sql: string) =>
    guarded.database.transaction(() => guarded.database.execute(statement(sql)));
  expect(await caught(write(insert('customer_id', '77')))).toMatchObject({
    code: 'missing_reference',
    details: { errors: [{ pointer: '/customerUuid', detail: 'does not exist' }] },
  });
  expect((await caught(write('DELETE FROM customers'))).code).toBe('still_referenced');
});

test('an error of TypeORM outside the entry point is translated on the way out', async () => {
  const { manager } = guarded.dataSource;
  const account = manager.create(Account, { handle: 'secret-handle', email: 'e' });
  const error: unknown = await manager.save(account).catch((reason: unknown) => reason);
  expect(guarded.database.translate(error)).toMatchObject({ code: 'conflict' });
  const removal: unknown = await manager
    .delete(Customer, { firstName: 'Ada' })
    .catch((e: unknown) => e);
  expect(guarded.database.translate(removal)).toMatchObject({ code: 'still_referenced' });
  const restricted: unknown = await manager.delete(Country, { id: 7 }).catch((e: unknown) => e);
  expect(guarded.database.translate(restricted)).toMatchObject({ code: 'still_referenced' });
});

test('an error that is not from the database passes unchanged', () => {
  const error = new Error('of the application');
  expect(guarded.database.translate(error)).toBe(error);
  expect(guarded.database.translate(undefined)).toBeUndefined();
});
