import { DataSource, EntitySchema } from 'typeorm';
import type { EntitySchemaOptions, NamingStrategyInterface } from 'typeorm';
import { annotations } from './adopted-entities.js';
import { urlAs } from '../../support/roles.js';

export type Columns = EntitySchemaOptions<object>['columns'];

const number = { type: 'integer', primary: true, generated: 'increment' } as const;
const place = { type: 'text', nullable: true } as const;

/** Articles as TypeORM maps them, and all kinds of relations to their key. */
export function entitiesOf(
  articles: Columns,
  key: string,
  where = '"place" IS NOT NULL',
): EntitySchema[] {
  const joinColumn = { referencedColumnName: key };
  const toArticle = { target: 'article', joinColumn } as const;
  return [
    new EntitySchema<object>({
      name: 'article',
      columns: articles,
      relations: {
        parent: { type: 'many-to-one', nullable: true, ...toArticle },
        labels: {
          type: 'many-to-many',
          target: 'label',
          joinTable: { name: 'article_labels', joinColumn },
        },
      } as never,
    }),
    new EntitySchema({ name: 'label', columns: { id: number } }),
    new EntitySchema<object>({
      name: 'note',
      tableName: annotations,
      columns: { id: number, place } as never,
      relations: { article: { type: 'many-to-one', onDelete: 'CASCADE', ...toArticle } } as never,
      indices: [
        { columns: ['article'] },
        { columns: ['place', 'article'], where },
        { columns: ['article', 'place'], unique: true },
      ] as never,
      uniques: [{ columns: ['place', 'article'] }] as never,
    }),
    new EntitySchema<object>({
      name: 'cover',
      columns: { id: number } as never,
      relations: { article: { type: 'one-to-one', ...toArticle } } as never,
    }),
  ] as EntitySchema[];
}

/** A data source of an application of TypeORM's, on the tables of the owner. */
export function applicationOf(
  url: string,
  entities: readonly EntitySchema[],
  namingStrategy?: NamingStrategyInterface,
): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: urlAs('owner', url),
    entities: [...entities],
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    ...(namingStrategy && { namingStrategy }),
  }).initialize();
}

/** What `migration:generate` would write for a data source, which it closes. */
export async function generatedFor(source: DataSource): Promise<string[]> {
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  await source.destroy();
  return upQueries.map(({ query }) => query);
}
