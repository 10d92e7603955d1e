import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../support/conditions.js';
import { runSql } from '../support/empty-database.js';
import { root } from '../package/manifest.js';
import { contentsOf } from './database-contents.js';
import type { OwnedServer } from './owned-shop.js';
import { migrateShop, ownedServer, tradeInShop, wrongRows } from './owned-shop.js';
import { dumpMajor, pgProgram } from './pg-programs.js';

const major = await dumpMajor();
/** A dump is restored into an embedded server of the same version. */
const isEmbedded = major === 15 || major === 18;
const page = readFileSync(join(root, 'docs/backup.md'), 'utf8');
const filledByMigrations = [...page.matchAll(/-T (\S+)/g)].map(([, table]) => table!);

describeWhere(isEmbedded, 'pg_dump')('a shop that pg_dump dumps', () => {
  let server: OwnedServer;
  let source: string;
  let before: Record<string, string>;

  beforeAll(async () => {
    server = await ownedServer(major as 15 | 18);
    source = await server.database('source');
    await migrateShop(source);
    await tradeInShop(source, 'zoe@example.org');
    before = await contentsOf(source);
  }, 120_000);
  afterAll(() => server?.stop());

  /** Writes the file that the page shows under this name. */
  function fileOfPage(name: string): string {
    const text = page.split('```sql\n').find((block) => block.startsWith(`-- ${name}\n`));
    const path = join(server.folder, name);
    writeFileSync(path, text!.slice(0, text!.indexOf('```')));
    return path;
  }

  async function expectSound(url: string): Promise<void> {
    expect(await wrongRows(url)).toEqual([]);
    await tradeInShop(url, 'another@example.org');
    expect(await wrongRows(url)).toEqual([]);
  }

  test.each([
    ['one file', ['-Fc'], ['--exit-on-error']],
    ['a folder by two connections', ['-Fd', '-j', '2'], ['--exit-on-error', '-j', '2']],
    ['a tar file', ['-Ft'], ['--exit-on-error']],
  ])(
    'as %s is restored by its owner with every row, and stays usable',
    async (form, dump, restore) => {
      const file = join(server.folder, form.replaceAll(' ', '-'));
      await pgProgram('pg_dump', [...dump, '-f', file, source]);
      const url = await server.database(`whole_${form.length}`);
      await pgProgram('pg_restore', [...restore, '-d', url, file]);
      expect(await contentsOf(url)).toEqual(before);
      await expectSound(url);
    },
  );

  test('as data alone is restored by its owner into a migrated database', async () => {
    const file = join(server.folder, 'data.sql');
    const without = filledByMigrations.flatMap((table) => ['-T', table]);
    await pgProgram('pg_dump', ['--data-only', ...without, '-f', file, source]);
    const url = await server.database('rows');
    await migrateShop(url);
    const inOne = ['-X', '-q', '-1', '-v', 'ON_ERROR_STOP=1', '-d', url];
    await expect(pgProgram('psql', [...inOne, '-f', file])).rejects.toThrow(/duplicate key/);
    const triggers = fileOfPage('triggers.sql');
    const switched = (state: string) => ['-c', `\\set switch ${state}`, '-f', triggers];
    const checked = ['-c', 'SET CONSTRAINTS ALL IMMEDIATE'];
    const steps = [...switched('DISABLE'), '-f', file, ...checked, ...switched('ENABLE')];
    await pgProgram('psql', [...inOne, ...steps]);
    expect(rowsOf(await contentsOf(url))).toEqual(rowsOf(before));
    const off = await runSql(
      url,
      `SELECT tgname FROM pg_trigger WHERE tgenabled = 'D' OR (tgname = 'changes_kept') <> (tgenabled = 'A')`,
    );
    expect(off).toEqual([]);
    await expectSound(url);
  });

  test('without its sequences gets them from the statement for subscribers', async () => {
    const file = join(server.folder, 'again');
    await pgProgram('pg_dump', ['-Fc', '-f', file, source]);
    const url = await server.database('copy');
    await pgProgram('pg_restore', ['--exit-on-error', '-d', url, file]);
    const names = Object.keys(before).filter((name) => name.endsWith('_seq'));
    for (const name of names) await runSql(url, `ALTER SEQUENCE ${name} RESTART`);
    expect(await contentsOf(url)).not.toEqual(before);
    const sql = await pgProgram('psql', ['-XqAt', '-d', source, '-f', fileOfPage('sequences.sql')]);
    await runSql(url, sql);
    expect(await contentsOf(url)).toEqual(before);
  });

  /** Migrations write the time at which they ran into some columns. */
  function rowsOf(contents: Record<string, string>): Record<string, string> {
    const names = Object.keys(contents).filter((name) => !filledByMigrations.includes(name));
    return Object.fromEntries(names.map((name) => [name, contents[name]!]));
  }
});
