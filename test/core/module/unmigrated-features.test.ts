import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { grantDualId, installDualId } from 'nest-dual-id';
import { grantIdempotency, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import { grantLocks, installLocks, LocksModule } from 'nest-dual-id/locks';
import { grantRelations, installRelations, RelationsModule } from 'nest-dual-id/relations';
import { DataSource } from 'typeorm';
import { refusalOf } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { roleNames, urlAs } from '../../support/roles.js';

let database: TestDatabase;
let runner: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  runner = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await runner.destroy();
  await database.drop();
});

const features = [
  {
    name: 'LocksModule',
    module: LocksModule,
    table: 'leases',
    install: installLocks,
    grant: grantLocks,
  },
  {
    name: 'IdempotencyModule',
    module: IdempotencyModule.forRoot({ caller: 'everyone' }),
    table: 'idempotency_keys',
    install: installIdempotency,
    grant: grantIdempotency,
  },
  {
    name: 'RelationsModule',
    module: RelationsModule.forRoot({ api: 'open' }),
    table: 'relation_types',
    install: installRelations,
    grant: grantRelations,
  },
] as const;

const outcomeOf = (module: (typeof features)[number]['module'], url = database.url) =>
  refusalOf({ url, entities: [], imports: [module] });

test.each(features)(
  'without the schema itself, $name leaves the refusal to the core',
  async (feature) => {
    const outcome = await outcomeOf(feature.module);
    expect(outcome).toContain('The database schema is older than the code.');
    expect(outcome).not.toContain(feature.name);
  },
);

describe.each(features)('$name', ({ name, module, table, install, grant }) => {
  test('refuses to start before its migration has run, and names the call', async () => {
    if (name === 'LocksModule') await installDualId(runner);
    const outcome = await outcomeOf(module);
    expect(outcome).toContain(
      `${name} needs the table dual_id.${table}: call ${install.name}(runner) in a migration.`,
    );
    expect(outcome).toContain('`dual-id migrate`');
    await (install as typeof installLocks)(runner);
    expect(await outcomeOf(module)).toBe('It boots.');
  });

  test('refuses a role that may not read its tables, and names the grant', async () => {
    const { application } = roleNames;
    await grantDualId(runner, application);
    const url = urlAs('application', database.url);
    const outcome = await outcomeOf(module, url);
    expect(outcome).toContain(`The role ${application} may not read dual_id.`);
    expect(outcome).toContain(`call ${grant.name}(runner, '${application}')`);
    await grant(runner, application);
    expect(await outcomeOf(module, url)).toBe('It boots.');
  });
});
