import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database, Repositories } from 'nest-dual-id';
import { User } from '../../../src/shop/users/user.entity.js';
import { columnsWith } from '../../support/find-person.js';
import type { Family } from './family.js';
import { family } from './family.js';

let people: Family;
beforeAll(async () => {
  people = await family(['ada', 'bob', 'cleo', 'dan', 'eve', 'fay']);
});
afterAll(() => people.stop());

const note = (text: string, told: string) =>
  people.relations.relate({ ...people.edge(text), metadata: { note: told } });
const found = () => columnsWith((text) => people.sql(text), ['quagmire']);
const erase = (name: string) =>
  people.shop.app
    .get(Repositories)
    .of(User)
    .erase(people.of(name) as never);

test('the metadata of an edge is erased with either of its ends, and the edge itself stays', async () => {
  await note('ada owner bob', 'Quagmire bought it');
  await note('cleo parent ada', 'née Quagmire');
  await note('cleo owner bob', 'of no concern');
  expect(await found()).toEqual(['dual_id.relations.metadata']);
  await erase('ada');
  expect(await found()).toEqual([]);
  const kept = `SELECT metadata->>'note' AS note FROM dual_id.relations ORDER BY note`;
  expect(await people.sql(kept)).toEqual([
    { note: 'of no concern' },
    { note: null },
    { note: null },
  ]);
});

test('metadata written while an end is being erased is erased too', async () => {
  const database = people.shop.app.get(Database);
  await database.transaction(async ({ queryRunner }) => {
    await queryRunner!.query('SELECT FROM dual_id.passports LIMIT 1');
    const { fromUuid, toUuid } = people.edge('dan owner eve');
    // By another session, after the snapshot of the erasure.
    await people.sql(`INSERT INTO dual_id.relations
        (from_id, to_id, type_id, acyclic, undirected, metadata)
      SELECT a.id, b.id, t.id, t.acyclic, t.undirected, '{"note": "Quagmire"}'
      FROM dual_id.passports a, dual_id.passports b, dual_id.relation_types t
      WHERE a.uuid = '${fromUuid}' AND b.uuid = '${toUuid}' AND t.name = 'owner'`);
    await erase('dan');
  }, 'SERIALIZABLE');
  for (let attempt = 0; attempt < 200 && (await found()).length > 0; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await found()).toEqual([]);
});
