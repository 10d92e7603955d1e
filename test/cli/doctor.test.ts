import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { dualId, dualIdProcess } from './command.js';

let database: TestDatabase;
let env: { readonly DATABASE_URL: string };
beforeAll(async () => {
  database = await freshDatabase();
  env = { DATABASE_URL: urlAs('owner', database.url) };
});
afterAll(() => database.drop());

const doctor = (...args: string[]) => dualId(['doctor', ...args], { env });

describe('dual-id doctor', () => {
  test('finds nothing in the shop, its routes and its API description', async () => {
    expect(await dualIdProcess(['doctor'], { env })).toEqual({
      code: 0,
      out: expect.stringMatching(/^(?:declared  .*\n)+Nothing is wrong\.\n$/),
      err: '',
    });
  });

  test('reports what is wrong, where, and how to fix it', async () => {
    await runSql(database.url, 'DROP TRIGGER orders_immutable ON orders');
    const { code, out } = await doctor('--json');
    await runSql(
      database.url,
      `CREATE TRIGGER orders_immutable BEFORE UPDATE OF id, uuid,
      platform_type_id ON orders FOR EACH ROW WHEN ((OLD.id, OLD.uuid, OLD.platform_type_id)
        IS DISTINCT FROM (NEW.id, NEW.uuid, NEW.platform_type_id))
      EXECUTE FUNCTION dual_id.refuse_identity_change()`,
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      declared: expect.any(Array),
      findings: [
        {
          code: 'immutability_guard_missing',
          place: 'orders',
          problem: 'nothing refuses a change of id, uuid, platform_type_id',
          fix: expect.stringContaining(`addDualId(runner, { table: 'orders'`),
        },
      ],
    });
  });
});

describe('dual-id doctor --data', () => {
  test('finds nothing in a clean shop', async () => {
    const { code, out, err } = await doctor('--data');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Nothing is wrong: \d+ tables in \d+\.\d s\.\n$/);
  });

  test('reports the findings, shows the repair, repairs, and finds nothing more to do', async () => {
    const [user] = await runSql<{ uuid: string }>(
      database.url,
      `INSERT INTO users (first_name, last_name, email) VALUES ('Ada', 'Byron', 'a@b.c')
       RETURNING uuid`,
    );
    const passport = `SELECT status FROM dual_id.passports WHERE uuid = '${user?.uuid}'`;
    await runSql(
      database.url,
      `BEGIN; SET LOCAL session_replication_role = replica;
       DELETE FROM dual_id.passports; COMMIT`,
    );
    const found = await doctor('--data');
    expect(found.code).toBe(1);
    expect(found.out).toContain(`passport_missing  users: ${user?.uuid} has no passport`);
    const dry = await doctor('--data', '--repair', '--dry-run');
    expect(dry.code).toBe(1);
    expect(dry.out).toContain(`would: users: writes the passport of ${user?.uuid}`);
    expect(await runSql(database.url, passport)).toEqual([]);
    const done = await doctor('--data', '--repair');
    expect(done.code).toBe(0);
    expect(done.out).toContain(`did: users: writes the passport of ${user?.uuid}`);
    expect(await runSql(database.url, passport)).toEqual([{ status: 'active' }]);
    expect((await doctor('--data', '--repair')).out).toMatch(/^0 rows repaired\./);
  });

  test('prints JSON', async () => {
    const { code, out } = await doctor('--data', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ findings: [], counts: [] });
  });
});

describe('a doctor that cannot check', () => {
  test.each([
    [['--repair'], '--repair needs --data.'],
    [['--data', '--dry-run'], '--dry-run needs --repair.'],
    [['--data', '--include', 'users'], '--include needs --repair.'],
    [['--data', '--repair', '--include', 'nowhere'], 'There is no table nowhere.'],
    [['users'], 'doctor takes no argument, but got users.'],
    [['--data', '--config', 'nowhere.js'], 'There is no config module'],
  ])('ends with exit code 2 for %j', async (args, sentence) => {
    const { code, out, err } = await doctor(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });

  test('ends with exit code 2 for an unreachable database', async () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
    const { code, err } = await dualId(['doctor', '--data'], { env: nowhere });
    expect(code).toBe(2);
    expect(err).toContain('ECONNREFUSED');
  });

  test.each(['notaurl', 'mysql://a@b/c', 'postgres://a@b:port/c'])(
    'names DATABASE_URL if it is not a connection string: %s',
    async (url) => {
      const { code, err } = await dualId(['doctor', '--data'], { env: { DATABASE_URL: url } });
      expect(code).toBe(2);
      expect(err).toBe(
        'dual-id: DATABASE_URL is not a connection string. Set it to one such as postgres://user:password@host:5432/database.\n',
      );
    },
  );
});
