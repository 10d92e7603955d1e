import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId, DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Column } from 'typeorm';
import type { Library } from '../../support/library/library.js';
import { openLibrary, statementsOf } from '../../support/library/library.js';

const collations = {
  plain: '',
  bytes: 'COLLATE "C"',
  caseless: 'COLLATE caseless',
  plainest: 'COLLATE plainest',
} as const;
type Kind = keyof typeof collations;

@DualId({ table: 'leaves' })
class Leaf extends DualIdEntity {
  @Column('text') plain!: string;
  @Column({ type: 'text', collation: 'C' }) bytes!: string;
  @Column({ type: 'text', collation: 'caseless' }) caseless!: string;
  // The entity does not declare its collation.
  @Column('citext') plainest!: string;
}

@View(Leaf, { sort: ['caseless'], search: ['plain', 'bytes', 'caseless', 'plainest'] })
class LeafView {
  @Field() uuid!: PublicId<Leaf>;
  @Field() caseless!: string;
}

let library: Library;
beforeAll(async () => {
  library = await openLibrary({}, [Leaf], async (runner: SchemaRunner) => {
    await runner.query('CREATE EXTENSION IF NOT EXISTS citext');
    await runner.query(`CREATE COLLATION caseless
      (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`);
    await runner.query(`CREATE COLLATION plainest
      (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`);
    await runner.query(`CREATE TABLE leaves (plain text NOT NULL, bytes text COLLATE "C" NOT NULL,
      caseless text COLLATE caseless NOT NULL, plainest citext COLLATE plainest NOT NULL)`);
    await addDualId(runner, { table: 'leaves' });
  });
  const blank = { plain: '', bytes: '', caseless: '', plainest: '' };
  const inputs = (Object.keys(collations) as Kind[]).map((name) => ({
    ...blank,
    [name]: `50% Oak_${name}`,
  }));
  await library.repositories.of(Leaf).createMany(LeafView, inputs);
});
afterAll(() => library.close());

const search = (q: string) =>
  library.repositories.of(Leaf).page(LeafView, { limit: 10, sort: [], filters: {}, within: {}, q });

test.each([
  ['oak', 4],
  ['% oAk_', 4],
  ['OAK_CASELESS', 1],
  ['oak_plainest', 1],
  ['k%c', 0],
  ['\\', 0],
  ['😀', 0],
  ['\u200b', 0],
])(
  'a search for %j finds what contains it, whatever the collation of its column',
  async (q, count) => {
    expect((await search(q)).items).toHaveLength(count);
  },
);

test('the database is queried for collations once', async () => {
  await search('oak');
  const texts = await statementsOf(library, () => search('oak'));
  expect(texts.some((text) => text.includes('ILIKE'))).toBe(true);
  expect(texts.filter((text) => text.includes('pg_collation'))).toEqual([]);
});
