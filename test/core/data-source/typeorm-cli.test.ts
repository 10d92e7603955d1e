import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { roleNames, urlAs } from '../../support/roles.js';
import { typeorm } from '../../support/typeorm-command.js';

describe('the command line of TypeORM works for the shop', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  const shop = (...words: string[]) =>
    typeorm(words, 'dist/src/shop/data-source.js', { DATABASE_URL: urlAs('owner', database.url) });
  const count = () => runSql(database.url, 'SELECT count(*)::int FROM migrations');

  test('migration:generate finds nothing to change', async () => {
    const { code, output } = await shop('migration:generate', '--check', 'changes');
    expect(output).toContain('No changes in database schema were found');
    expect(code).toBe(0);
  });

  test('migration:revert, migration:show and migration:run agree', async () => {
    const [before] = await count();
    expect((await shop('migration:revert')).output).toContain('has been reverted successfully');
    expect((await shop('migration:show')).output).toMatch(/\[ \] \w+\d{13}\s*$/);
    expect((await shop('migration:run')).output).toContain('has been executed successfully');
    expect(await count()).toEqual([before]);
  });
});

describe('for entities of a consumer', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await emptyDatabase();
    folder = mkdtempSync(join(tmpdir(), 'dual-id-consumer-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeMigration('1000000000000-install', 'Install', 'installDualId(runner)');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await database.drop();
  });
  const consumer = (...words: string[]) =>
    typeorm(words, 'dist/test/support/consumer/data-source.js', {
      DATABASE_URL: urlAs('owner', database.url),
      MIGRATIONS: join(folder, '*.js'),
    });
  const generate = () =>
    consumer('migration:generate', '--outputJs', '--esm', join(folder, 'bookings'));

  function writeMigration(file: string, name: string, ...steps: string[]): void {
    const library = new URL('../../../src/index.js', import.meta.url).href;
    const calls = steps.map((step) => `await library.${step};`).join('\n');
    const text = `import * as library from '${library}';
      export class ${name}${file.slice(0, 13)} {
        async up(runner) { ${calls} }
        async down() {}
      }`;
    writeFileSync(join(folder, `${file}.js`), text);
  }

  test('migration:generate writes a migration that runs on an installed database', async () => {
    expect((await consumer('migration:run')).output).toContain('executed successfully');
    await runSql(database.url, `CREATE SCHEMA access AUTHORIZATION ${roleNames.owner}`);
    expect((await generate()).output).toContain('has been generated successfully');
    const written = readdirSync(folder).find((name) => name.endsWith('-bookings.js'));
    expect(readFileSync(join(folder, written!), 'utf8')).toContain('CREATE TABLE "bookings"');
    expect((await consumer('migration:run')).output).toContain('executed successfully');
  });

  test('the schema functions on top complete it, and generate finds nothing more', async () => {
    writeMigration(
      '9000000000000-complete',
      'Complete',
      `addReferenceId(runner, { table: 'seat_classes' })`,
      `addDualId(runner, { table: 'bookings', type: { id: 300, name: 'booking' },
         columns: { uuid: 'external_id' }, namedBy: ['reference'], deletedAt: 'deleted_at' })`,
      `addGuidId(runner, { schema: 'access', table: 'permissions',
         type: { id: 301, name: 'permission' }, namedBy: ['name'] })`,
    );
    expect((await consumer('migration:run')).output).toContain('executed successfully');
    expect((await consumer('migration:generate', '--check', 'x')).output).toContain('No changes');
    const inserts = `INSERT INTO seat_classes (slug, name) VALUES ('first', 'First');
      INSERT INTO bookings (reference, seats, seat_class_id) VALUES ('ABC', 2, 1);
      INSERT INTO access.permissions (uuid, name) VALUES (gen_random_uuid(), 'read')`;
    await runSql(database.url, inserts);
    const names = await runSql(database.url, 'SELECT name FROM dual_id.passports ORDER BY id');
    expect(names).toEqual([{ name: 'ABC' }, { name: 'read' }]);
  });
});
