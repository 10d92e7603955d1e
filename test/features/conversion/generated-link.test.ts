import { afterEach, expect, test } from '@jest/globals';
import { SnakeCaseNaming } from 'nest-dual-id';
import { DefaultNamingStrategy, EntitySchema } from 'typeorm';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';
import { applicationOf, generatedFor } from './typeorm-entities.js';

let stock: Stock;
afterEach(() => stock.stop());

const master = new EntitySchema<object>({
  name: 'master',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    uuid: { type: 'uuid', unique: true, generated: 'uuid' },
  } as never,
});

/** A service whose rows name one of the registry: several rows the same, or each its own. */
function service(relation: 'many-to-one' | 'one-to-one', more: object = {}): EntitySchema {
  const isMany = relation === 'many-to-one';
  return new EntitySchema<object>({
    name: 'service',
    columns: { id: { type: 'uuid', primary: true, generated: 'uuid' }, ...more } as never,
    relations: {
      master: { type: relation, target: 'master', nullable: false, joinColumn: true },
    } as never,
    indices: [
      ...(isMany ? [{ columns: ['master'] }] : []),
      ...(isMany && 'masterUuid' in more ? [{ columns: ['masterUuid'] }] : []),
    ] as never,
  }) as EntitySchema;
}

const names = [
  ['TypeORM', new DefaultNamingStrategy(), { masterColumn: 'masterId', uuidColumn: 'masterUuid' }],
  ['this library', new SnakeCaseNaming(), {}],
] as const;

test.each(
  names.flatMap((name) =>
    (['many-to-one', 'one-to-one'] as const).map((to) => [...name, to] as const),
  ),
)('names of %s: add-master-uuid leaves nothing for migration:generate', async (...one) => {
  const [, strategy, columns, relation] = one;
  stock = await openStock([]);
  const source = (entity: EntitySchema) =>
    applicationOf(stock.database.url, [master as EntitySchema, entity], strategy);
  const first = await source(service(relation));
  await first.synchronize();
  await first.destroy();
  const request = { table: 'service', kind: 'add-master-uuid', ...columns } as const;
  await stock.conversions.start(await stock.conversions.plan(request));
  await stock.conversions.contract('service');
  const foreignKey = { target: 'master', inverseSide: 'uuid' };
  const masterUuid = { type: 'uuid', unique: relation === 'one-to-one', foreignKey };
  expect(await generatedFor(await source(service(relation, { masterUuid })))).toEqual([]);
});
