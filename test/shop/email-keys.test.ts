import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const insert = (email: string, deletedAt = 'NULL') =>
  runSql(
    database.url,
    `INSERT INTO users (first_name, last_name, email, deleted_at)
     VALUES ('Ada', 'Byron', '${email}', ${deletedAt})`,
  );
test('an address is kept for one user who is there, however it is written', async () => {
  await insert('gruß@example.org', 'now()');
  await insert('gruß@example.org');
  await expect(insert('GRUSS@example.org')).rejects.toThrow('users_email_uq');
  const keys = `SELECT DISTINCT email_key AS key FROM users`;
  expect(await runSql(database.url, keys)).toEqual([{ key: 'gruss@example.org' }]);
});

test('the key of an address is the same without a search path and with odd settings', async () => {
  for (const [name, value] of [
    ['search_path', ''],
    ['standard_conforming_strings', 'off'],
  ]) {
    const [row] = await runSql(
      database.url,
      `SELECT set_config('${name}', '${value}', false),
         public.email_key(E'\\u00df@xn--strae-oqa\\u3002ex\\u200bample') AS key`,
    );
    expect(row).toMatchObject({ key: 'ss@strasse.example' });
  }
});

test('a session that searches no schema writes keys as well', async () => {
  const [row] = await runSql<{ key: string }>(
    database.url,
    `WITH quiet AS MATERIALIZED (SELECT set_config('search_path', '', false))
     INSERT INTO public.users (first_name, last_name, email)
     SELECT 'Ada', 'Byron', 'Quiet@Example.org' FROM quiet RETURNING email_key AS key`,
  );
  expect(row).toEqual({ key: 'quiet@example.org' });
});

test.each([
  ['no at sign', 'nobody', 'nobody@'],
  ['several at signs', '"a@b"@C.example', '"a@b"@c.example'],
  ['a label that only looks like ASCII of another', 'a@xn--.example', 'a@xn--.example'],
  ['digits that end too soon', 'a@xn--a-zz.example', 'a@xn--a-zz.example'],
  ['a number beyond all characters', 'a@xn--99999999.example', 'a@xn--99999999.example'],
])('an address with %s has a key', async (_what, address, key) => {
  expect(await runSql(database.url, `SELECT email_key('${address}') AS key`)).toEqual([{ key }]);
});
