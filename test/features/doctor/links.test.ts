import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addMasterLink } from 'nest-dual-id';
import { diagnoseData, repairData } from 'nest-dual-id/doctor';
import { installRelations } from 'nest-dual-id/relations';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { fillGuarded, withoutGuards } from './sick-rows.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

/** A service table and edges that no entity of the data source maps. */
beforeEach(async () => {
  await fillGuarded(guarded);
  await guarded.owner.transaction(({ queryRunner }) => installRelations(queryRunner!));
  await guarded.owner.query(
    'CREATE TABLE campaigns (title text CONSTRAINT campaigns_pk PRIMARY KEY)',
  );
  await guarded.owner.transaction(({ queryRunner }) =>
    addMasterLink(queryRunner!, { table: 'campaigns' }),
  );
  await guarded.sql(`INSERT INTO campaigns (title, master_id, master_uuid)
    SELECT 'c' || row_number() OVER (ORDER BY id), id, uuid FROM dual_id.passports
    WHERE platform_type_id = 202`);
  await guarded.sql(`INSERT INTO dual_id.relations (from_id, to_id, type_id, acyclic, undirected)
    SELECT p.id, q.id, t.id, t.acyclic, t.undirected
    FROM dual_id.passports p, dual_id.passports q, dual_id.relation_types t
    WHERE p.platform_type_id = 201 AND q.platform_type_id = 202 AND NOT t.undirected
      AND t.id = (SELECT min(id) FROM dual_id.relation_types WHERE NOT undirected)`);
});

const counts = async () => {
  const report = await diagnoseData(guarded.owner, { rowsPerPage: 2 });
  return report.counts.map(({ code, place, rows }) => `${code} ${place} ${rows}`);
};
const place = 'campaigns.master_id+master_uuid';
const link = () => guarded.sql(`SELECT * FROM campaigns ORDER BY title`);

test('correct links are not reported', async () => {
  expect(await counts()).toEqual([]);
});

describe('a link to a passport', () => {
  test.each([
    ['an internal id that nobody has', `master_id = 424242`],
    ['a public id that nobody has', `master_uuid = 'a3b1c2d4-0000-4000-8000-000000000001'`],
  ])('of %s is found and follows its other half', async (_what, change) => {
    const before = await link();
    await withoutGuards(guarded, [`UPDATE campaigns SET ${change} WHERE title = 'c1'`]);
    expect(await counts()).toEqual([`master_link_wrong ${place} 1`]);
    const { actions, refused, after } = await repairData(guarded.owner, {
      include: ['campaigns'],
    });
    expect({ actions, refused, counts: after.counts }).toEqual({
      actions: 1,
      refused: [],
      counts: [],
    });
    expect(await link()).toEqual(before);
    await expect(guarded.sql('UPDATE campaigns SET master_id = 1')).rejects.toThrow('never change');
  });

  test('whose halves name two passports is reported and stays', async () => {
    await withoutGuards(guarded, [
      `UPDATE campaigns SET master_id =
         (SELECT id FROM dual_id.passports WHERE platform_type_id = 204) WHERE title = 'c1'`,
    ]);
    const { actions, after } = await repairData(guarded.owner);
    expect(actions).toBe(0);
    expect(after.findings).toMatchObject([{ code: 'master_link_wrong', place, repair: null }]);
  });
});

test.each(['from_id', 'to_id'])(
  'an edge whose %s is gone is found and removed, and no other edge is',
  async (end) => {
    const edges = async () => (await guarded.sql('SELECT * FROM dual_id.relations')).length;
    expect(await edges()).toBe(10);
    await withoutGuards(guarded, [
      `UPDATE dual_id.relations SET ${end} = 424242
     WHERE (from_id, to_id) = (SELECT min(from_id), min(to_id) FROM dual_id.relations)`,
    ]);
    expect(await counts()).toEqual(['edge_dangling dual_id.relations 1']);
    expect(await repairData(guarded.owner)).toMatchObject({ actions: 1, refused: [] });
    expect([await counts(), await edges()]).toEqual([[], 9]);
  },
);
