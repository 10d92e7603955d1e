import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { grantShop } from '../../src/shop/roles.js';
import { root } from '../package/manifest.js';
import { runSql } from '../support/empty-database.js';

const server = process.env['TEST_SERVER_URL'] ?? '';
const suffix = `_${process.pid}`;
const page = readFileSync(join(root, 'docs/roles.md'), 'utf8');
const blocks = [...page.matchAll(/```sql\n([^]*?)```/g)].map(([, sql]) =>
  sql!.replaceAll(/\bshop(_\w+)?\b/g, (name) => `${name}${suffix}`),
);

/** A connection string of the page's database. */
function urlOf(role?: string, password?: string): string {
  const url = new URL(server);
  url.pathname = `/shop${suffix}`;
  if (role) url.username = `${role}${suffix}`;
  if (password) url.password = password;
  return url.href;
}

const attempt = (url: string, sql: string) =>
  runSql(url, sql).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

test('the statements of the page make roles that can do their work and nothing else', async () => {
  const [roles, grants] = blocks as [string, string];
  for (const statement of roles.split('\n').filter(Boolean)) await runSql(server, statement);
  try {
    const owner = urlOf('shop_owner', 'change me 1');
    const migrating = await new DataSource(shopDataSource(owner)).initialize();
    await runMigrations(migrating);
    await migrating.transaction((runner) => grantShop(runner, `shop_app${suffix}`));
    await migrating.destroy();
    await runSql(owner, grants);
    const application = urlOf('shop_app', 'change me 2');
    const reader = urlOf('shop_reader', 'change me 3');
    const insert = `INSERT INTO users (first_name, last_name, email) VALUES ('A', 'B', 'a@b.c')`;
    expect(await attempt(application, insert)).toBe('done');
    expect(await attempt(application, 'UPDATE dual_id.passports SET name = NULL')).toBe('42501');
    expect(await attempt(application, 'ALTER TABLE users DISABLE TRIGGER ALL')).toBe('42501');
    expect(await attempt(reader, 'SELECT * FROM users')).toBe('done');
    expect(await attempt(reader, insert)).toBe('42501');
  } finally {
    await runSql(server, `DROP DATABASE shop${suffix} WITH (FORCE)`);
    await runSql(server, `DROP ROLE shop_owner${suffix}, shop_app${suffix}, shop_reader${suffix}`);
  }
});
