import { afterAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { freshDatabase } from '../support/database.js';
import { urlAs } from '../support/roles.js';
import { dataFolder, ShopProcess } from '../support/shop-process.js';

const folder = dataFolder();
afterAll(folder.remove);

/** The message of a failed start: one or two sentences, and no stack. */
async function refusal(environment: Record<string, string>, args: string[] = []): Promise<string> {
  const shop = new ShopProcess({ DUAL_ID_DATA_DIR: folder.path, ...environment }, args);
  expect(await shop.exit).toBe(1);
  expect(shop.output).not.toMatch(/\n\s+at |node:internal/);
  return shop.output.trim();
}

describe('a start that cannot succeed says so clearly', () => {
  test('when the port is in use', async () => {
    const database = await freshDatabase();
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(
      await refusal({ DATABASE_URL: urlAs('application', database.url), PORT: String(port) }),
    ).toBe(`Port ${port} is in use. Stop the other program, or set PORT to another number.`);
    server.close();
    await database.drop();
  });

  test('when PORT is not a port', async () => {
    expect(await refusal({ PORT: '99999' })).toBe(
      'PORT is "99999", which is not a port. Set it to a number from 0 to 65535.',
    );
  });

  test('when the time to wait is not a number', async () => {
    expect(await refusal({ DATABASE_WAIT_SECONDS: 'long' })).toBe(
      'DATABASE_WAIT_SECONDS is "long", which is not a duration. Set it to a number of seconds from 0 to 3600.',
    );
  });

  test('when the secret for cursors is short', async () => {
    expect(await refusal({ DUAL_ID_SECRET: 'too short' })).toBe(
      'DUAL_ID_SECRET has 9 characters. Set it to 16 or more, or unset it to have a new secret generated at each start.',
    );
  });

  test('when HOST is not an address of this machine', async () => {
    for (const HOST of ['203.0.113.1', 'nowhere.invalid']) {
      expect(await refusal({ HOST })).toBe(
        `The shop cannot listen on HOST, which is "${HOST}". Set it to an address of this machine, such as 127.0.0.1.`,
      );
    }
  });

  test('when the database does not know the time zone as the shop does', async () => {
    const database = await freshDatabase();
    expect(
      await refusal({ DATABASE_URL: urlAs('application', database.url), SHOP_TIMEZONE: 'CET' }),
    ).toBe(
      'SHOP_TIMEZONE is "CET", which PostgreSQL reads as an abbreviation with a fixed offset. Set it to a name such as Europe/Rome.',
    );
    await database.drop();
  });

  test('when no database responds', async () => {
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
    const sentence =
      'No database responds at DATABASE_URL. Start it, or unset DATABASE_URL to use the embedded one.';
    expect(await refusal({ DATABASE_URL, DATABASE_WAIT_SECONDS: '0' })).toBe(sentence);
    const waited = await refusal({ DATABASE_URL, DATABASE_WAIT_SECONDS: '1' });
    expect(waited.split('\n')).toEqual([
      expect.stringContaining('No database accepts connections yet; waiting for it for up to 1 s.'),
      sentence,
    ]);
  });

  test('when DATABASE_URL is not the address of one database', async () => {
    for (const url of [
      'notaurl',
      'mysql://a@b/c',
      'postgres://a@b:port/c',
      'postgres://a:%ff@b/c',
    ]) {
      expect(await refusal({ DATABASE_URL: url })).toContain(
        'DATABASE_URL is not a connection string. Set it to one such as postgres://',
      );
    }
    expect(await refusal({ DATABASE_URL: 'postgres://a:b@one:1,two:2/shop' })).toContain(
      'DATABASE_URL names several hosts',
    );
    expect(await refusal({ DATABASE_URL: 'postgres://a:b@nowhere.invalid/shop' })).toBe(
      'The host "nowhere.invalid" of DATABASE_URL cannot be found. Correct it, or unset DATABASE_URL to use the embedded database.',
    );
    expect(await refusal({ DATABASE_CONNECTION: 'session' })).toBe(
      'DATABASE_CONNECTION is "session". Set it to direct or transaction-pooler.',
    );
  });

  test('when the data folder is a file', async () => {
    await writeFile(folder.path, '');
    const message = await refusal({});
    expect(message).toContain(folder.path);
    expect(message.split('\n')).toHaveLength(1);
  });

  test('when an option is unknown', async () => {
    expect(await refusal({}, ['--imprt', 'x'])).toContain('--imprt');
  });

  test('when the role that works may not migrate', async () => {
    const database = await freshDatabase();
    expect(await refusal({ DATABASE_URL: urlAs('application', database.url) })).toBe(
      'permission denied for table migrations. Set OWNER_DATABASE_URL to the role that owns the tables and migrates.',
    );
    await database.drop();
  });

  test('when the database does not exist, or the password is wrong', async () => {
    const database = await freshDatabase();
    const missing = urlAs('owner', database.url, 'no_such_database');
    expect(await refusal({ DATABASE_URL: missing })).toBe(
      'database "no_such_database" does not exist. Create the database, or correct DATABASE_URL.',
    );
    const wrong = new URL(urlAs('owner', database.url));
    wrong.password = 'wrong';
    expect(await refusal({ DATABASE_URL: wrong.href })).toMatch(
      /^password authentication failed for user "\w+"\. Correct the user or the password in DATABASE_URL\.$/,
    );
    await database.drop();
  });

  test('when the folder to import does not exist', async () => {
    const database = await freshDatabase();
    const roles = {
      DATABASE_URL: urlAs('application', database.url),
      OWNER_DATABASE_URL: urlAs('owner', database.url),
    };
    const message = await refusal(roles, ['--import', '/no/such/folder']);
    expect(message).toContain('/no/such/folder');
    await database.drop();
  });
});
