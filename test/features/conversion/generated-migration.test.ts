import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource, EntitySchema } from 'typeorm';
import { urlAs } from '../../support/roles.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

type Columns = ConstructorParameters<typeof EntitySchema>[0]['columns'];

const integerKey = { type: 'integer', primary: true, generated: 'increment' } as const;
const identityKey = {
  type: 'integer',
  primary: true,
  generated: 'identity',
  generatedIdentity: 'ALWAYS',
} as const;
const uuid = { type: 'uuid', unique: true, generated: 'uuid' } as const;

/** Entities of TypeORM's own kind: articles, and notes of them, by the columns that join them. */
function entitiesOf(articles: Columns, join: string, referenced: string) {
  return [
    new EntitySchema({ name: 'article', columns: articles }),
    new EntitySchema<{ id: number; article: object }>({
      name: 'note',
      columns: { id: { type: 'integer', primary: true, generated: 'increment' } },
      relations: {
        article: {
          type: 'many-to-one',
          target: 'article',
          joinColumn: { name: join, referencedColumnName: referenced },
          onDelete: 'CASCADE',
        },
      },
      indices: [{ columns: ['article'] }],
    }),
  ];
}

describe.each([
  [
    'add-uuid',
    'a serial key',
    { id: integerKey },
    ['articleId', 'id'],
    { id: { ...integerKey, type: 'bigint' }, uuid },
    ['articleId', 'id'],
  ],
  [
    'add-uuid',
    'an identity',
    { id: identityKey },
    ['articleId', 'id'],
    { id: { ...identityKey, type: 'bigint' }, uuid },
    ['articleId', 'id'],
  ],
  [
    'add-uuid',
    'a bigint key',
    { id: { ...integerKey, type: 'bigint' } },
    ['articleId', 'id'],
    { id: { ...integerKey, type: 'bigint' }, uuid },
    ['articleId', 'id'],
  ],
  [
    'uuid-key',
    'a serial key',
    { id: integerKey },
    ['articleId', 'id'],
    {
      id: { type: 'integer', unique: true, generated: 'increment' },
      uuid: { type: 'uuid', primary: true },
    },
    ['articleUuid', 'uuid'],
  ],
  [
    'add-bigint',
    'a uuid key',
    { id: { type: 'uuid', primary: true, generated: 'uuid' } },
    ['articleId', 'id'],
    {
      internal_id: {
        type: 'bigint',
        primary: true,
        generated: 'identity',
        generatedIdentity: 'BY DEFAULT',
      },
      id: uuid,
    },
    ['articleInternalId', 'internal_id'],
  ],
] as const)('%s of entities with %s', (kind, _, before, [join, key], after, [newJoin, newKey]) => {
  let stock: Stock;
  const sourceOf = (entities: EntitySchema[]) =>
    new DataSource({
      type: 'postgres',
      url: urlAs('owner', stock.database.url),
      entities,
      uuidExtension: 'pgcrypto',
      installExtensions: false,
    }).initialize();
  beforeAll(async () => {
    stock = await openStock([]);
    const source = await sourceOf(entitiesOf(before as Columns, join, key));
    await source.synchronize();
    await source.destroy();
  });
  afterAll(() => stock.stop());

  test('leaves nothing for migration:generate', async () => {
    const plan = await stock.conversions.plan({ table: 'article', kind });
    expect(plan.notes.filter((note) => note.kind === 'refused')).toEqual([]);
    await stock.conversions.start(plan);
    await stock.conversions.contract('article');
    const source = await sourceOf(entitiesOf(after as Columns, newJoin, newKey));
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    await source.destroy();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
