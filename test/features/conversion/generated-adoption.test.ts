import { afterEach, describe, expect, test } from '@jest/globals';
import { dualIdDataSource, installDualId, SnakeCaseNaming } from 'nest-dual-id';
import type { ConversionKind } from 'nest-dual-id/conversion';
import { diagnose } from 'nest-dual-id/doctor';
import type { NamingStrategyInterface } from 'typeorm';
import { DataSource, DefaultNamingStrategy } from 'typeorm';
import { urlAs } from '../../support/roles.js';
import { dualArticles, guidArticles } from './adopted-entities.js';
import type { AdoptedRelease } from './adopted-entities.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';
import { applicationOf, entitiesOf, generatedFor } from './typeorm-entities.js';

let stock: Stock;
afterEach(() => stock.stop());

const integerKey = { type: 'integer', primary: true, generated: 'increment' } as const;
const uuidKey = { type: 'uuid', primary: true, generated: 'uuid' } as const;
const renamed = { id: 'internal_id', uuid: 'id' };

// The key of labels stays as it is.
const camel = (ending: string) => (relation: string) =>
  relation === 'label' ? 'labelId' : `${relation}${ending}`;
const snake = (ending: string) => (relation: string) =>
  relation === 'label' ? 'label_id' : `${relation}_${ending}`;

interface Adoption {
  readonly kind: ConversionKind;
  readonly before: object;
  readonly names: 'TypeORM' | 'this library';
  readonly release: () => AdoptedRelease;
}

const adoptions: readonly Adoption[] = [
  {
    kind: 'add-uuid',
    before: integerKey,
    names: 'TypeORM',
    release: () => dualArticles(camel('Id')),
  },
  {
    kind: 'add-bigint',
    before: uuidKey,
    names: 'TypeORM',
    release: () => dualArticles(camel('InternalId'), renamed),
  },
  {
    kind: 'uuid-key',
    before: integerKey,
    names: 'TypeORM',
    release: () => guidArticles(camel('Uuid')),
  },
  {
    kind: 'add-uuid',
    before: integerKey,
    names: 'this library',
    release: () => dualArticles(snake('id')),
  },
  {
    kind: 'add-bigint',
    before: uuidKey,
    names: 'this library',
    release: () => dualArticles(snake('internal_id'), renamed),
  },
  {
    kind: 'uuid-key',
    before: integerKey,
    names: 'this library',
    release: () => guidArticles(snake('uuid')),
  },
];

const strategies = {
  TypeORM: new DefaultNamingStrategy(),
  'this library': new SnakeCaseNaming(),
} as const;

/** Tables of TypeORM's, converted and given to this library. */
async function adopt({ kind, before, names, release }: Adoption): Promise<AdoptedRelease> {
  stock = await openStock([]);
  const entities = entitiesOf({ id: before } as never, 'id', 'place IS NOT NULL');
  const first = await applicationOf(stock.database.url, entities, strategies[names]);
  await first.synchronize();
  await first.destroy();
  await stock.conversions.start(await stock.conversions.plan({ table: 'article', kind }));
  await stock.conversions.contract('article');
  const adopted = release();
  await stock.dataSource.transaction(async (runner) => {
    await installDualId(runner);
    await adopted.migrate(runner);
  });
  return adopted;
}

const libraryOf = ({ entities }: AdoptedRelease, namingStrategy: NamingStrategyInterface) =>
  new DataSource(
    dualIdDataSource({ url: urlAs('owner', stock.database.url), entities, namingStrategy }),
  ).initialize();

describe('a release with this library, of tables with names of', () => {
  test.each(adoptions)('$names, leaves nothing for migration:generate after $kind', async (one) => {
    const adopted = await adopt(one);
    expect(await generatedFor(await libraryOf(adopted, strategies[one.names]))).toEqual([]);
  });

  test.each([adoptions[0]!, adoptions[1]!, adoptions[2]!])(
    'TypeORM, with the naming of this library, leaves names that the doctor changes after $kind',
    async (one) => {
      const adopted = await adopt(one);
      const source = await libraryOf(adopted, strategies['this library']);
      const findings = await diagnose({ dataSource: source });
      await source.destroy();
      const fixes = findings.map(({ fix }) => /takes no time: (.*); or use/.exec(fix)?.[1]);
      for (const fix of fixes) if (fix !== undefined) await stock.dataSource.query(fix);
      expect(await generatedFor(await libraryOf(adopted, strategies['this library']))).toEqual([
        expect.stringMatching(/^DROP INDEX "public"\."IDX_\w+"$/),
        expect.stringMatching(/^CREATE INDEX "annotations_\w+" ON .* WHERE place IS NOT NULL$/),
      ]);
    },
  );
});
