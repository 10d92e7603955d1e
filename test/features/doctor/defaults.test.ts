import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId, DualId, DualIdEntity, dualIdDataSource, installDualId } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { Column, DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';

const state = { type: 'enum', enum: ['New', 'old'], enumName: 'thing_state' } as const;
const uuid = '00000000-0000-4000-8000-00000000000a';

/**
 * Every default here is stored by PostgreSQL in a different format from the class, or in the same.
 */
@DualId({ schema: 'odd', table: 'things' })
class Thing extends DualIdEntity {
  @Column({ ...state, default: 'New' }) state!: string;
  @Column({ ...state, default: () => `'New'::odd.thing_state` }) cast!: string;
  @Column({ ...state, array: true, default: ['New'] }) states!: string[];
  @Column({ type: 'numeric', default: '0.00' }) amount!: string;
  @Column({ type: 'numeric', precision: 12, scale: 2, default: '0.00' }) price!: string;
  @Column({ type: 'numeric', precision: 12, scale: 2, default: 1.5 }) factor!: string;
  @Column({ type: 'numeric', default: '1e3' }) large!: string;
  @Column({ type: 'numeric', default: () => `'0.50'::numeric` }) half!: string;
  @Column({ type: 'bigint', default: '9007199254740993' }) big!: string;
  @Column({ type: 'text', default: '5.0' }) digits!: string;
  @Column({ type: 'text', default: 'a::b' }) colons!: string;
  @Column({ type: 'varchar', length: 10, default: '007' }) agent!: string;
  @Column({ type: 'uuid', default: uuid.toUpperCase() }) upper!: string;
  @Column({ type: 'uuid', default: uuid }) lower!: string;
  @Column({ type: 'uuid', default: () => `'${uuid}'::uuid` }) written!: string;
  @Column({ type: 'uuid', default: () => 'gen_random_uuid()' }) random!: string;
  @Column({ name: 'Odd Name', type: 'numeric', default: '0.0' }) named!: string;
  @Column({ type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' }) now!: Date;
  @Column({ type: 'jsonb', default: {} }) json!: object;
  /** As PostgreSQL stores them, which causes no difference in TypeORM either. */
  @Column({ type: 'numeric', default: () => '0.00' }) quietAmount!: string;
  @Column({ type: 'numeric', default: '1000' }) quietNumber!: string;
  @Column({ type: 'uuid', generated: 'uuid' }) quietUuid!: string;
  @Column({ ...state, default: 'old' }) quietState!: string;
}

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  const { url } = database;
  source = await new DataSource(dualIdDataSource({ url, entities: [Thing] })).initialize();
  await source.transaction(async ({ queryRunner }) => {
    await installDualId(queryRunner!);
    await queryRunner!.query('CREATE SCHEMA odd');
    await queryRunner!.query('CREATE TABLE odd.things (id bigserial PRIMARY KEY)');
    await addDualId(queryRunner!, { schema: 'odd', table: 'things' });
  });
  // TypeORM creates a type once for each column that has it.
  for (const statement of new Set(await drift())) await source.query(statement);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const drift = async () =>
  (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
const findings = async () =>
  (await diagnose({ dataSource: source })).map(({ code, problem }) => `${code}: ${problem}`);

test('a default that PostgreSQL stores in another format is no difference to the doctor', async () => {
  // What TypeORM would write again after every migration; the page says how to avoid it.
  expect((await drift()).join('\n')).not.toContain('quiet');
  expect((await drift()).join('\n')).toMatch(/"amount" SET[^]*"upper" SET[^]*"random" SET/);
  expect(await findings()).toEqual([]);
});

test.each([
  ['amount', 'SET DEFAULT 1', `SET DEFAULT '0.00'`],
  ['state', `SET DEFAULT 'old'`, `SET DEFAULT 'New'`],
  ['upper', 'SET DEFAULT gen_random_uuid()', `SET DEFAULT '${uuid.toUpperCase()}'`],
  ['digits', 'DROP DEFAULT', `SET DEFAULT '5.0'`],
  ['random', `SET DEFAULT '${uuid}'`, 'SET DEFAULT gen_random_uuid()'],
])('a different default of %s is reported', async (column, change, wanted) => {
  await source.query(`ALTER TABLE odd.things ALTER ${column} ${change}`);
  const found = await findings();
  await source.query(`ALTER TABLE odd.things ALTER ${column} ${wanted}`);
  expect(found.at(-1)).toBe(
    `schema_drift: TypeORM would run: ALTER TABLE "odd"."things" ALTER COLUMN "${column}" ${wanted}`,
  );
  expect(found.filter((finding) => !finding.includes(`"${column}"`))).toEqual([]);
});

test('another change is reported next to such defaults', async () => {
  await source.query('ALTER TABLE odd.things ALTER amount DROP NOT NULL');
  const found = await findings();
  await source.query('ALTER TABLE odd.things ALTER amount SET NOT NULL');
  expect(found).toContainEqual(expect.stringContaining('"amount" SET NOT NULL'));
  expect(found).not.toContainEqual(expect.stringContaining('"upper"'));
});
