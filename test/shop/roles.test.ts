import { afterAll, describe, expect, test } from '@jest/globals';
import { runMigrations } from 'nest-dual-id';
import { findRunning, startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { runSql } from '../support/empty-database.js';
import { emptyDatabase } from '../support/database.js';
import { roleNames, urlAs } from '../support/roles.js';
import { dataFolder, ownerHeaders, ShopProcess } from '../support/shop-process.js';

const folder = dataFolder();
afterAll(folder.remove);

const json = { 'content-type': 'application/json', ...ownerHeaders };

/** Places an order as a client would, and reads what it left in the registry. */
async function trade(url: string): Promise<number[]> {
  const first = async (path: string) => {
    const { items } = (await (await fetch(`${url}${path}`, { headers: ownerHeaders })).json()) as {
      items: { uuid: string }[];
    };
    // The last one is no owner, who cannot be erased.
    return items.at(-1)!.uuid;
  };
  const post = async (path: string, body: object) =>
    (
      await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...json, 'idempotency-key': 'once' },
        body: JSON.stringify(body),
      })
    ).status;
  const user = await first('/users');
  const items = [{ productUuid: await first('/products?q=milk'), quantity: 1 }];
  const edge = `${url}/registry/${user}/relations/member/${items[0]!.productUuid}`;
  return [
    await post(`/users/${user}/orders`, { items }),
    (
      await fetch(edge, {
        method: 'PUT',
        headers: json,
        body: '{}',
      })
    ).status,
    (await fetch(`${url}/users/${user}`, { method: 'DELETE', headers: ownerHeaders })).status,
    (await fetch(`${url}/registry/counts`, { headers: ownerHeaders })).status,
  ];
}

const sessions = `SELECT DISTINCT usename AS role, usesuper AS super FROM pg_stat_activity
  JOIN pg_user USING (usename) WHERE application_name LIKE 'nest-dual-id%' ORDER BY 1`;
const owners = `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class
  WHERE relnamespace IN ('public'::regnamespace, 'dual_id'::regnamespace)`;

describe('the shop on its embedded database', () => {
  test('works as a plain role on tables of another one', async () => {
    const shop = new ShopProcess({ DUAL_ID_DATA_DIR: folder.path });
    await shop.ready();
    const { url: superuser } = findRunning(folder.path)!;
    expect(await runSql(superuser, sessions)).toEqual([
      { role: 'dual_id_application', super: false },
    ]);
    expect(await runSql(superuser, owners)).toEqual([{ owner: 'dual_id_owner' }]);
    await shop.stop();
  });

  test('takes over the tables that a superuser created there', async () => {
    const old = dataFolder();
    const server = await startEmbeddedPostgres({ dataDir: old.path, settings: { fsync: 'off' } });
    await runMigrations(new DataSource(shopDataSource(server.url)));
    const shop = new ShopProcess({ DUAL_ID_DATA_DIR: old.path });
    const url = await shop.ready();
    expect(await runSql(server.url, owners)).toEqual([{ owner: 'dual_id_owner' }]);
    expect((await fetch(`${url}/products`)).status).toBe(200);
    await shop.stop();
    await server.stop();
    await old.remove();
  });
});

describe('the shop on a separate server', () => {
  test('migrates as the owner, grants, and works as the role it is given', async () => {
    const database = await emptyDatabase();
    const name = new URL(database.url).pathname.slice(1);
    await runSql(database.url, `ALTER DATABASE ${name} OWNER TO ${roleNames.owner}`);
    const shop = new ShopProcess({
      DATABASE_URL: urlAs('application', database.url),
      OWNER_DATABASE_URL: urlAs('owner', database.url),
    });
    const url = await shop.ready();
    expect(shop.output).toContain('Migrated: InstallDualId');
    expect(
      await runSql(database.url, `${sessions.replace('WHERE', `WHERE datname = '${name}' AND`)}`),
    ).toEqual([{ role: roleNames.application, super: false }]);
    expect(await trade(url)).toEqual([201, 200, 204, 200]);
    await shop.stop();
    await database.drop();
  });
});
