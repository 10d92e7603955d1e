import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { Database, DualId, DualIdEntity, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { types } from 'pg';
import { ChildEntity, Column, DataSource, TableInheritance } from 'typeorm';
import { AppModule } from '../../../src/shop/app.module.js';
import { createApp } from '../../../src/shop/create-app.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { roleNames, urlAs } from '../../support/roles.js';
import { testPepper } from '../../support/shop.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Starts the shop as `main` does, and stops it again. */
async function startShop(databaseUrl: string, secret?: string): Promise<void> {
  const app = await createApp({ databaseUrl, secret, pepper: testPepper });
  await app.init().finally(() => app.close());
}

/** Starts an application with only these entities. */
async function start(
  entities: Function[],
  options: DualIdModuleOptions = {},
  more: object = {},
): Promise<void> {
  const settled = dualIdDataSource({ url: database.url, entities });
  const typeOrm = { ...settled, retryAttempts: 0, ...more };
  const module = class {};
  const imports = [TypeOrmModule.forRoot(typeOrm), DualIdModule.forRoot(options)];
  const context = await NestFactory.createApplicationContext(
    { module, imports },
    { logger: false, abortOnError: false },
  );
  await context.close();
}

describe('the boot check refuses a database schema', () => {
  test('that is missing, and names the command', async () => {
    const empty = await emptyDatabase();
    const starting = startShop(empty.url);
    await expect(starting).rejects.toMatchObject({ code: 'schema_outdated' });
    await expect(starting).rejects.toThrow('Run the migrations: `dual-id migrate`');
    await empty.drop();
  });

  test.each([
    ['older than the code', 'version = 0', 'schema_outdated', '`dual-id migrate`'],
    ['newer than the code', 'version = 999', 'schema_newer', '`dual-id migrate --revert`'],
    [
      'that does not tell its version',
      `component = 'gone_' || component`,
      'schema_outdated',
      '`dual-id migrate`',
    ],
  ])('that is %s, and names the command', async (_what, change, code, command) => {
    const fresh = await freshDatabase();
    await runSql(
      fresh.url,
      `UPDATE dual_id.schema_versions SET ${change} WHERE component LIKE 'dual_id%'`,
    );
    const starting = startShop(fresh.url);
    await expect(starting).rejects.toMatchObject({ code });
    await expect(starting).rejects.toThrow(command);
    await fresh.drop();
  });

  test.each([2, 8])('of version %i from before the first release', async (version) => {
    const fresh = await freshDatabase();
    await runSql(
      fresh.url,
      `UPDATE dual_id.schema_versions SET version = ${version},
         component = replace(component, 'dual_id', 'core')`,
    );
    const starting = startShop(fresh.url);
    await expect(starting).rejects.toMatchObject({ code: 'setup_refused' });
    await expect(starting).rejects.toThrow(
      'The database was made by an unreleased version of nest-dual-id. Create it again',
    );
    await fresh.drop();
  });

  test.each(['USAGE ON SCHEMA dual_id', 'SELECT ON dual_id.schema_versions'])(
    'that the role lacks %s to read, and names the call that grants it',
    async (right) => {
      const fresh = await freshDatabase();
      const { application } = roleNames;
      await runSql(fresh.url, `REVOKE ${right} FROM ${application}`);
      const starting = startShop(urlAs('application', fresh.url));
      await expect(starting).rejects.toMatchObject({ code: 'setup_refused' });
      await expect(starting).rejects.toThrow(`grantDualId(runner, '${application}')`);
      await fresh.drop();
    },
  );
});

describe('the boot check refuses', () => {
  const refused = { code: 'setup_refused' };

  test('two entities of one platform type, naming both', async () => {
    @DualId({ table: 'cats', type: 77 })
    class Cat extends DualIdEntity {}
    @DualId({ table: 'dogs', type: 77 })
    class Dog extends DualIdEntity {}
    await expect(start([Cat, Dog])).rejects.toThrow(
      'Cat and Dog both have the platform type 77; give one of them another number.',
    );
    await expect(start([Cat])).resolves.toBeUndefined();
  });

  test('no entities of one table that inherit from each other', async () => {
    @DualId({ table: 'pets', type: 78 })
    @TableInheritance({ column: { type: 'text', name: 'kind' } })
    class Pet extends DualIdEntity {}
    @ChildEntity()
    class Bird extends Pet {
      @Column('text')
      song!: string;
    }
    await expect(start([Pet, Bird])).resolves.toBeUndefined();
  });

  test('a driver that reads int8 as numbers, wherever it was configured', async () => {
    const before = types.getTypeParser(20);
    types.setTypeParser(20, Number);
    // TypeORM sets the parser itself if the option is given, as `dualIdDataSource` does.
    const byHand = start([], {}, { parseInt8: undefined });
    await expect(byHand).rejects.toThrow('The PostgreSQL driver reads int8 as number');
    await expect(start([])).resolves.toBeUndefined();
    types.setTypeParser(20, before);
  });

  test.each([
    ['parseInt8', { parseInt8: true }, 'parses int8 as numbers'],
    ['synchronize', { synchronize: true }, 'has synchronize on'],
  ])('a data source with %s', (_option, options, reason) => {
    const source = new DataSource({ type: 'postgres', ...options });
    expect(() => new Database(source, {})).toThrow(reason);
  });

  test('a data source that is not PostgreSQL', () => {
    const source = { options: { type: 'sqlite' } } as unknown as DataSource;
    expect(() => new Database(source, {})).toThrow('The data source is sqlite, not postgres.');
  });

  test('Nest’s own adapter, and names the one to use', async () => {
    const module = AppModule.forRoot({ databaseUrl: database.url, pepper: testPepper });
    const starting = NestFactory.create(module, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await expect(starting).rejects.toMatchObject(refused);
    await expect(starting).rejects.toThrow(
      'NestFactory.create(AppModule, new DualIdFastifyAdapter())',
    );
  });

  test.each([
    ['short', 'fifteen letters'],
    ['short one among others', ['a secret that is long enough', 'short']],
    ['list without any', []],
  ])('a secret that is a %s', async (_what, secret) => {
    await expect(start([], { secret })).rejects.toMatchObject(refused);
    await expect(start([], { secret })).rejects.toThrow('fewer than 16 characters');
  });
});
