import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  addMasterLink,
  addRecordType,
  Database,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdModule,
  Field,
  installDualId,
  MasterLink,
  Passport,
  View,
} from 'nest-dual-id';
import { RegistryModule, RegistryRecords } from 'nest-dual-id/registry';
import { installRelations, RelationsModule } from 'nest-dual-id/relations';
import { Column, DataSource } from 'typeorm';
import { createDeliveries, Delivery } from '../../examples/deliveries.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor, urlAs } from '../../support/roles.js';

@DualId({ table: 'campaigns', type: 80 })
export class Campaign extends DualIdEntity {
  @MasterLink() masterUuid!: PublicId<Passport>;
  @Column('text') title!: string;
}

@View(Campaign)
export class CampaignView {
  @Field() uuid!: PublicId<Campaign>;
  @Field() masterUuid!: PublicId<Passport>;
  @Field() title!: string;
}

/** An application with records and a service whose rows belong to them. */
export async function campaigns() {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, migrate);
  const options = dualIdDataSource({ url, entities: [Campaign, Delivery] });
  const module = class {};
  const imports = [
    TypeOrmModule.forRoot({ ...options, retryAttempts: 0, extra: { max: 20 } }),
    DualIdModule.forRoot({ secret: 'a secret only for tests' }),
    RegistryModule,
    RelationsModule.forRoot({ api: 'open' }),
  ];
  const app = await NestFactory.createApplicationContext({ module, imports }, { logger: false });
  const superuser = await new DataSource({ type: 'postgres', url: empty.url }).initialize();
  const owned = dualIdDataSource({ url: urlAs('owner', url), entities: [Campaign, Delivery] });
  const owner = await new DataSource(owned).initialize();
  return {
    app,
    database: app.get(Database),
    records: app.get(RegistryRecords),
    superuser,
    owner,
    sql: <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
      queryOutside<Row>(superuser, text, values),
    stop: async () => {
      await app.close();
      await superuser.destroy();
      await owner.destroy();
      await empty.drop();
    },
  };
}

async function migrate(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await addRecordType(runner, { id: 81, name: 'pattern' });
  await addRecordType(runner, { id: 82, name: 'tag', uniqueNames: true });
  await addRecordType(runner, { id: 83, name: 'master', deletePolicy: 'restrict' });
  await runner.query('CREATE TABLE campaigns (title text NOT NULL)');
  const type = { id: 80, name: 'campaign' };
  await addDualId(runner, { table: 'campaigns', type, namedBy: ['title'] });
  await addMasterLink(runner, { table: 'campaigns' });
  await createDeliveries(runner);
  await installRelations(runner);
}

export type Campaigns = Awaited<ReturnType<typeof campaigns>>;
