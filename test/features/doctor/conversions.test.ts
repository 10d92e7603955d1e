import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DualId, DualIdEntity, GuidEntity, GuidId, installDualId } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { Column, DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';

@DualId({ table: 'narrow_articles' })
class NarrowArticle extends DualIdEntity {
  @Column('text') title!: string;
}

@DualId({ table: 'Wide Articles', schema: 'sales' })
class WideArticle extends DualIdEntity {
  @Column('text') title!: string;
}

@GuidId({ table: 'numbered_roles' })
class NumberedRole extends GuidEntity {
  @Column('text') title!: string;
}

@DualId({ table: 'linked_campaigns' })
class LinkedCampaign extends DualIdEntity {
  @Column('bigint') master_id!: string;
  @Column('uuid') master_uuid!: string;
}

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  source = await new DataSource({
    type: 'postgres',
    url: urlAs('owner', database.url),
    entities: [NarrowArticle, WideArticle, NumberedRole, LinkedCampaign],
  }).initialize();
  await source.transaction((runner) => installDualId(runner));
  await source.query(`CREATE SCHEMA sales;
    CREATE TABLE narrow_articles (id serial PRIMARY KEY, title text NOT NULL);
    CREATE TABLE sales."Wide Articles" (id bigserial PRIMARY KEY, title text NOT NULL);
    CREATE TABLE numbered_roles (id serial PRIMARY KEY, title text NOT NULL);
    CREATE TABLE linked_campaigns (id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE,
      master_id bigint NOT NULL)`);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

test.each([
  ['narrow_articles', 'narrow_articles --to add-uuid'],
  ['Wide Articles', `'sales."Wide Articles"' --to add-uuid`],
  ['numbered_roles', 'numbered_roles --to uuid-key'],
  ['linked_campaigns', 'linked_campaigns --to add-master-uuid'],
])('names the conversion that gives %s its ids', async (table, words) => {
  const found = await diagnose({ dataSource: source });
  const fixes = found.filter(({ place }) => place.includes(table)).map(({ fix }) => fix);
  expect(fixes).toContain(
    `The DTO is right, the database is wrong: run \`dual-id convert run ${words}\`.`,
  );
});
