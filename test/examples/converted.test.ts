import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runMigrations } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { DataSource } from 'typeorm';
import { dualId } from '../cli/command.js';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { root } from '../package/manifest.js';
import * as after from './converted/after.js';
import * as before from './converted/before.js';
import * as between from './converted/between.js';

const page = readFileSync(join(root, 'docs/conversion.md'), 'utf8');
const rows = `
  INSERT INTO customers (name) SELECT 'Customer ' || n FROM generate_series(1, 1000) n;
  INSERT INTO orders (customer_id, total) SELECT 1 + n % 1000, n FROM generate_series(1, 5000) n;
  INSERT INTO devices (label) SELECT 'Device ' || n FROM generate_series(1, 1000) n;
  INSERT INTO readings (device_id, value) SELECT id, n FROM devices, generate_series(1, 5) n`;

/** A command of the page, with what the page says that it prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

const shown = [...page.matchAll(/```console\n([^]*?)```/g)].flatMap(([, block]) =>
  [...block!.matchAll(/\$ npx dual-id (.*)\n((?:(?!\$ ).*\n)*)/g)].map(
    ([, command, output]): Shown => ({ command: command!, output: output! }),
  ),
);

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await emptyDatabase();
  url = urlAs('owner', database.url);
  await runSql(url, /```sql\n([^]*?)```/.exec(page)![1]!);
  await runSql(url, rows);
  await runSql(url, 'ANALYZE');
});
afterAll(() => database.drop());

/** The next commands of the page, up to the one that begins so. */
async function follow(...commands: readonly string[]): Promise<void> {
  for (const expected of commands) {
    const { command, output } = shown.shift()!;
    expect(command).toBe(expected);
    const { code, out } = await dualId(command.split(' '), { env: { OWNER_DATABASE_URL: url } });
    expect({ command, code, out: masked(out) }).toEqual({ command, code: 0, out: masked(output) });
  }
}

/** A release of the application that is at work on the tables. */
async function release(entities: readonly EntityTarget<ObjectLiteral>[]): Promise<DataSource> {
  return new DataSource({ type: 'postgres', url, entities: [...entities] as never }).initialize();
}

async function sells({ Customer, Order }: typeof before): Promise<void> {
  const source = await release([Customer, Order]);
  const customer = await source.getRepository(Customer).save({ name: 'Ada' });
  const { id } = await source.getRepository(Order).save({ customer, total: '9.50' });
  const found = await source.getRepository(Order).findOneOrFail({
    where: { id },
    relations: { customer: true },
  });
  await source.destroy();
  expect(found.customer.name).toBe('Ada');
}

async function measures({ Device, Reading }: typeof before | typeof between): Promise<void> {
  const source = await release([Device, Reading]);
  const device = await source.getRepository<ObjectLiteral>(Device).save({ label: 'Door' });
  const readings = source.getRepository<ObjectLiteral>(Reading);
  const { id } = await readings.save({ device, value: 1.5 });
  const found = await readings.findOneOrFail({ where: { id }, relations: { device: true } });
  await source.destroy();
  expect(found['device']).toMatchObject({ id: device['id'], label: 'Door' });
}

describe('the guide to conversions', () => {
  test('gives customers a uuid, while the release from before sells', async () => {
    await sells(before);
    await follow('convert plan customers --to add-uuid', 'convert run customers --to add-uuid');
    await sells(before);
    await follow('convert status customers', 'convert contract customers --yes');
    await sells(before);
  });

  test('gives devices a bigint key, while one release follows another', async () => {
    await measures(before);
    await follow('convert plan devices --to add-bigint', 'convert run devices --to add-bigint');
    await Promise.all([measures(before), measures(between)]);
    await follow('convert contract devices --yes');
    await measures(between);
  });

  test('ends with nothing for the doctor, nor for migration:generate', async () => {
    const source = await new DataSource(after.dataSourceOptions(url)).initialize();
    try {
      await runMigrations(source);
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
      expect(await diagnose({ dataSource: source })).toEqual([]);
      const saved = await source.getRepository(after.Device).save({ label: 'Window' });
      await source.getRepository(after.Reading).save({ device: saved, value: 2 });
      const passports = await source.query('SELECT count(*)::int AS count FROM dual_id.passports');
      const [ids] = await source.query(`SELECT count(*)::int AS count,
        bool_and(n = internal_id) AS "inOrder" FROM (SELECT internal_id,
          row_number() OVER (ORDER BY created_at, id) AS n FROM devices WHERE label LIKE 'Device %') d`);
      expect(passports).toEqual([{ count: 1000 + 3 + 1000 + 5 }]);
      expect(ids).toEqual({ count: 1000, inOrder: true });
    } finally {
      await source.destroy();
    }
  });

  test('shows no command that was not run', () => {
    expect(shown).toEqual([]);
  });
});

/** Random keys fill indexes more or less: sizes differ by a little from run to run. */
function masked(output: string): string {
  return output.replaceAll(/\d+\.\d(?= MB|$)/gm, '#.#');
}
