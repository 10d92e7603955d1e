import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
const ada = 'a3b1c2d4-0000-4000-8000-00000000000a';
const role = 'a3b1c2d4-0000-4000-8000-00000000000b';
beforeAll(async () => {
  guarded = await guardedDatabase();
  await guarded.sql(`INSERT INTO customers (external_user_id, first_name, last_name)
    VALUES ('${ada}', 'Ada', 'Byron')`);
  await guarded.sql(`INSERT INTO roles (uuid, name) VALUES ('${role}', 'reader')`);
});
afterAll(() => guarded.stop());

const change = (assignment: string) => guarded.sql(`UPDATE customers SET ${assignment}`);

describe('the name of a passport', () => {
  test('joins the declared columns', async () => {
    expect(await guarded.passport(ada)).toMatchObject({ name: 'Ada Byron', version: 1 });
  });

  test('is not written when nothing it follows changes', async () => {
    const before = await guarded.passport(ada);
    await change('visits = visits + 1');
    await change(`first_name = 'Ada', last_name = 'Byron'`);
    expect(await guarded.passport(ada)).toEqual(before);
  });

  test('follows each of the columns, counting its version', async () => {
    await change(`last_name = 'Lovelace'`);
    expect(await guarded.passport(ada)).toMatchObject({ name: 'Ada Lovelace', version: 2 });
    await change(`first_name = 'Augusta'`);
    expect(await guarded.passport(ada)).toMatchObject({ name: 'Augusta Lovelace', version: 3 });
  });

  test('leaves out what is null', async () => {
    await change('last_name = NULL');
    expect(await guarded.passport(ada)).toMatchObject({ name: 'Augusta' });
  });

  test('ends after 200 characters', async () => {
    await change(`first_name = repeat('ä', 300)`);
    expect((await guarded.passport(ada))?.['name']).toBe('ä'.repeat(200));
  });

  test('follows a guid entity as well', async () => {
    await guarded.sql(`UPDATE roles SET name = 'writer'`);
    expect(await guarded.passport(role)).toMatchObject({ name: 'writer', version: 2 });
  });

  test('is absent where no column is declared', async () => {
    await guarded.sql('INSERT INTO readings (value) VALUES (1)');
    const rows = await guarded.sql(
      'SELECT name FROM dual_id.passports WHERE platform_type_id = 204',
    );
    expect(rows).toEqual([{ name: null }]);
  });
});
