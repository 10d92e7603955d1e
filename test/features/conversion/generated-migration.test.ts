import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SnakeCaseNaming } from 'nest-dual-id';
import type { ConversionKind } from 'nest-dual-id/conversion';
import { DefaultNamingStrategy } from 'typeorm';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';
import type { Columns } from './typeorm-entities.js';
import { applicationOf, entitiesOf, generatedFor } from './typeorm-entities.js';

const integerKey = { type: 'integer', primary: true, generated: 'increment' } as const;
const identityKey = {
  type: 'integer',
  primary: true,
  generated: 'identity',
  generatedIdentity: 'ALWAYS',
} as const;
const uuid = { type: 'uuid', unique: true, generated: 'uuid' } as const;
const serialNow = { type: 'integer', unique: true, generated: 'increment' } as const;
const numbered = {
  type: 'bigint',
  primary: true,
  generated: 'identity',
  generatedIdentity: 'BY DEFAULT',
} as const;

interface Release {
  readonly kind: ConversionKind;
  readonly of: string;
  readonly before: object;
  readonly after: object;
  /** The column to which relations refer afterwards. */
  readonly key: string;
}

const releases: readonly Release[] = [
  {
    kind: 'add-uuid',
    of: 'a serial key',
    before: { id: integerKey },
    after: { id: { ...integerKey, type: 'bigint' }, uuid },
    key: 'id',
  },
  {
    kind: 'add-uuid',
    of: 'an identity',
    before: { id: identityKey },
    after: { id: { ...identityKey, type: 'bigint' }, uuid },
    key: 'id',
  },
  {
    kind: 'add-uuid',
    of: 'a bigint key',
    before: { id: { ...integerKey, type: 'bigint' } },
    after: { id: { ...integerKey, type: 'bigint' }, uuid },
    key: 'id',
  },
  {
    kind: 'uuid-key',
    of: 'a serial key',
    before: { id: integerKey },
    after: { id: serialNow, uuid: { type: 'uuid', primary: true } },
    key: 'uuid',
  },
  {
    kind: 'add-bigint',
    of: 'a uuid key',
    before: { id: { type: 'uuid', primary: true, generated: 'uuid' } },
    after: { internal_id: numbered, id: uuid },
    key: 'internal_id',
  },
];

const strategies = [
  ['TypeORM', new DefaultNamingStrategy()],
  ['this library', new SnakeCaseNaming()],
] as const;

const cases = strategies.flatMap(([names, strategy]) =>
  releases.map((release) => ({ ...release, names, strategy })),
);

describe.each(cases)('$kind of entities with $of and names of $names', (one) => {
  const { kind, before, after, key, strategy } = one;
  let stock: Stock;
  const source = (columns: object, to: string) =>
    applicationOf(stock.database.url, entitiesOf(columns as Columns, to), strategy);
  beforeAll(async () => {
    stock = await openStock([]);
    const first = await source(before, 'id');
    await first.synchronize();
    await first.destroy();
  });
  afterAll(() => stock.stop());

  test('leaves nothing for migration:generate', async () => {
    const plan = await stock.conversions.plan({ table: 'article', kind });
    expect(plan.notes.filter((note) => note.kind === 'refused')).toEqual([]);
    await stock.conversions.start(plan);
    await stock.conversions.contract('article');
    expect(await generatedFor(await source(after, key))).toEqual([]);
  });
});

test('an index whose condition PostgreSQL keeps in other words is left to be renamed', async () => {
  const stock = await openStock([]);
  const { kind, before, after, key } = releases.at(-1)!;
  const source = (columns: object, to: string) =>
    applicationOf(stock.database.url, entitiesOf(columns as Columns, to, `"place" <> 'a'`));
  const first = await source(before, 'id');
  await first.synchronize();
  await first.destroy();
  await stock.conversions.start(await stock.conversions.plan({ table: 'article', kind }));
  await stock.conversions.contract('article');
  const [dropped, made, ...others] = await generatedFor(await source(after, key));
  expect(others).toEqual([]);
  const [, from] = /^DROP INDEX "public"\.("IDX_\w+")$/.exec(dropped!)!;
  const [, to] = /^CREATE INDEX ("IDX_\w+") ON .* WHERE "place" <> 'a'$/.exec(made!)!;
  await stock.rows(`ALTER INDEX ${from} RENAME TO ${to}`);
  expect(await generatedFor(await source(after, key))).toEqual([]);
  await stock.stop();
});
