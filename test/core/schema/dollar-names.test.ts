import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  addDualId,
  addPersonalPlace,
  addRecordType,
  dropPersonalPlace,
  grantDualId,
  installDualId,
  removeDualId,
} from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { emptyDatabase, runSql } from '../../support/empty-database.js';

let stop: () => Promise<void>;
let url: string;
let owner: DataSource;
beforeAll(async () => {
  const database = await emptyDatabase();
  ({ url } = database);
  owner = await new DataSource({ type: 'postgres', url }).initialize();
  stop = async () => {
    await owner.destroy();
    await database.drop();
  };
  await owner.transaction(({ queryRunner }) => installDualId(queryRunner!));
});
afterAll(() => stop());

test.each([
  ['a dollar quote', '$fn$'],
  ['several dollar quotes', '$fn$ $fn1$'],
  ['the quote of a block', '$do$ $make$'],
  ['an empty quote and a percent sign', '$$ 5%I'],
])('names with %s are names like any other', async (_what, name) => {
  const type = { id: 200 + name.length, name };
  const table = { table: name, type, namedBy: [name], columns: { id: `${name} id` } };
  await owner.query(`CREATE TABLE "${name}" ("${name} id" bigserial PRIMARY KEY, "${name}" text)`);
  await owner.transaction(async ({ queryRunner }) => {
    const runner = queryRunner!;
    await addDualId(runner, table);
    await addRecordType(runner, { id: 300 + name.length, name: `record ${name}` });
    const forget = `UPDATE "${name}" SET "${name}" = '***' WHERE uuid = NEW.uuid`;
    await addPersonalPlace(runner, { name, forget });
    await runner.query(`CREATE ROLE "${name}"`);
    await grantDualId(runner, name);
    await runner.query(`DROP OWNED BY "${name}"; DROP ROLE "${name}"`);
  });
  const [row] = await runSql<{ uuid: string }>(
    url,
    `INSERT INTO "${name}" ("${name}") VALUES ('Ada') RETURNING uuid`,
  );
  const passport = `SELECT name FROM dual_id.passports WHERE uuid = '${row!.uuid}'`;
  expect(await runSql(url, passport)).toEqual([{ name: 'Ada' }]);
  await runSql(url, `INSERT INTO dual_id.erasures (uuid) VALUES ('${row!.uuid}')`);
  expect(await runSql(url, `SELECT "${name}" AS named FROM "${name}"`)).toEqual([{ named: '***' }]);
  await owner.transaction(async ({ queryRunner }) => {
    await dropPersonalPlace(queryRunner!, { name });
    await removeDualId(queryRunner!, table);
  });
  const [added] = await runSql<{ id: string }>(
    url,
    `INSERT INTO "${name}" DEFAULT VALUES RETURNING "${name} id" AS id`,
  );
  expect(added!.id).toBe('2');
});
