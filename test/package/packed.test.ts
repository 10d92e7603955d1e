import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { describeWhere } from '../support/conditions.js';
import { isPacked } from './installation.js';
import { InstalledApplication } from './installed-application.js';
import { root } from './manifest.js';
import { whileServed } from './served-application.js';

const title = 'an application with the packed library';
const perTest = 180_000;

/** What version 1 of the schema made, with a living parcel and a deleted one. */
const version1 = readFileSync(join(root, 'test/fixtures/schema-version-1.sql'), 'utf8');
const [living, deleted] = ['01', '02'].map((end) => `0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c${end}`);

describeWhere(await isPacked(), 'packed application')(title, () => {
  let application: InstalledApplication;
  beforeAll(async () => {
    application = await InstalledApplication.install();
  }, perTest);
  afterAll(() => application?.remove());

  describe.each(['module', 'commonjs'] as const)('of type %s', (system) => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await emptyDatabase();
    });
    afterAll(() => database.drop());
    const command = (...words: string[]) => application.command(system, words, database.url);
    const program = (file: string) => application.program(system, file, database.url);
    const served = (work: (url: string) => Promise<void>) =>
      whileServed(application.served(system, database.url), work);

    test(
      'compiles against its types, which are whole',
      async () => {
        expect(await application.compile(system)).toEqual({ code: 0, output: '' });
      },
      perTest,
    );

    test(
      'is refused without the schema, by the command that makes it',
      async () => {
        const { code, output } = await program('serve.js');
        expect(code).toBe(1);
        expect(output).toContain('Run the migrations: `dual-id migrate`');
      },
      perTest,
    );

    test(
      'migrates its own database by the command of TypeORM, or by `dual-id`',
      async () => {
        const typeorm = ['typeorm', 'migration:run', '-d', 'dist/data-source.js'];
        const words = { module: typeorm, commonjs: ['dual-id', 'migrate'] }[system];
        expect(await command(...words)).toMatchObject({ code: 0 });
        expect((await command('dual-id', 'migrate', '--status')).output).toBe(
          'applied  CreateParcels1800000000000\n',
        );
        const check = ['migration:generate', '--check', '-d', 'dist/data-source.js', 'changes'];
        expect((await command('typeorm', ...check)).output).toContain('No changes');
      },
      perTest,
    );

    test(
      'serves by public ids, and by nothing else',
      () =>
        served(async (url) => {
          const sent = await fetch(`${url}/parcels`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{ "label": "Saffron" }',
          });
          const parcel = (await sent.json()) as { uuid: string };
          expect(Object.keys(parcel)).toEqual(['uuid', 'label']);
          const [row] = await runSql<{ id: string }>(database.url, 'SELECT id FROM parcels');
          const read = await fetch(`${url}/parcels/${parcel.uuid}`);
          expect(await read.json()).toEqual(parcel);
          expect((await fetch(`${url}/parcels/${row!.id}`)).status).toBe(400);
          expect((await fetch(`${url}/resolve/${parcel.uuid}`)).status).toBe(200);
        }),
      perTest,
    );

    test(
      'lets no internal id out and none in',
      async () => {
        const { code, output } = await program('leak-check.js');
        expect(output).toMatch(/no internal id in \d{2,} answers\n$/);
        expect(code).toBe(0);
      },
      perTest,
    );
  });

  describe('and a database of the first version', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await emptyDatabase();
      await runSql(database.url, version1);
      await runSql(
        database.url,
        `CREATE TABLE migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name text NOT NULL);
         INSERT INTO migrations ("timestamp", name)
           VALUES (1800000000000, 'CreateParcels1800000000000')`,
      );
    });
    afterAll(() => database.drop());

    test(
      'has nothing to migrate, and serves what was there',
      async () => {
        const migrated = await application.command('module', ['dual-id', 'migrate'], database.url);
        expect(migrated).toEqual({
          code: 0,
          output: 'Nothing to do: every migration has run.\n',
        });
        await whileServed(application.served('module', database.url), async (url) => {
          const parcel = await fetch(`${url}/parcels/${living}`);
          expect(await parcel.json()).toEqual({ uuid: living, label: 'Crème  Brûlée' });
          expect((await fetch(`${url}/parcels/${deleted}`)).status).toBe(410);
        });
      },
      perTest,
    );
  });
});
