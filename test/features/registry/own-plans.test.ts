import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import { RegistryRecords, RegistryService } from 'nest-dual-id/registry';
import { Neighbours, RelationsService, Traversal } from 'nest-dual-id/relations';
import { sql } from '../../support/library/library.js';
import type { Fair } from '../../support/market/fair.js';
import { openFair } from '../../support/market/fair.js';
import { sentBy } from '../../support/market/sent.js';

let fair: Fair;
beforeAll(async () => {
  fair = await openFair();
  const { market, product } = fair;
  // Small tables are read whole, whatever is looked for.
  for (const text of [
    `INSERT INTO club.people (name) SELECT 'Many' FROM generate_series(1, 2000)`,
    `INSERT INTO baskets (cart_label, holder_no) SELECT name, person_no FROM club.people
     WHERE name = 'Many'`,
    `INSERT INTO items (cart_id) SELECT id FROM baskets WHERE cart_label = 'Many'`,
    `INSERT INTO vouchers (uuid, code, person_id)
     SELECT gen_random_uuid(), 'Many', person_no FROM club.people`,
    `INSERT INTO dual_id.relations (from_id, type_id, to_id, acyclic, undirected)
     SELECT p.id, t.id, q.id, t.acyclic, t.undirected
     FROM dual_id.passports p, dual_id.passports q, dual_id.relation_types t
     WHERE p.uuid = '${product}' AND q.platform_type_id IN (913, 914) AND t.name = 'referrer'`,
    'ANALYZE',
  ]) {
    await sql(market, text);
  }
});
afterAll(() => fair.close());

const isPlanned = (text: string) => /^\s*(?:WITH|SELECT|INSERT|DELETE)/i.test(text);

/** The scans of whole tables in the plan that the server has whatever is asked. */
async function wholeScans(text: string): Promise<string[]> {
  const [server] = await sql(fair.market, 'SHOW server_version_num');
  if (Number(server!['server_version_num']) < 160_000) return [];
  const rows = await sql(fair.market, `EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`);
  const lines = rows.map((row) => String(row['QUERY PLAN']));
  return lines.filter((line) =>
    /Seq Scan on (?:people|baskets|items|vouchers|passports|relations)\b/.test(line),
  );
}

test('whatever looks for an entity of an owner looks by index, however many there are', async () => {
  const of = <T>(service: new (...args: never[]) => T) => fair.app.get(service, { strict: false });
  const { ada, product } = fair;
  const edge = { fromUuid: ada.cart, relation: 'owner', toUuid: product };
  const works: readonly (() => Promise<unknown>)[] = [
    () => of(RegistryService).resolve(ada.cart as never),
    () => of(RegistryService).resolveMany([ada.cart as never, ada.item as never]),
    () => of(RegistryRecords).get(ada.item as never),
    () => of(RelationsService).relate(edge),
    () => of(RelationsService).get(edge),
    () => of(RelationsService).unrelate(edge),
    () => of(Neighbours).page(product),
    () => of(Traversal).graph(product),
  ];
  for (const work of works) {
    const { texts } = await sentBy(fair.market, () => restrictedTo(ada.person, work));
    const planned = texts.filter(isPlanned);
    expect(planned.length).toBeGreaterThan(0);
    for (const text of planned) expect([text, await wholeScans(text)]).toEqual([text, []]);
  }
});

test('an owner sees the few own neighbors of an entity that many others refer to', async () => {
  const { ada, product } = fair;
  const neighbours = fair.app.get(Neighbours, { strict: false });
  const traversal = fair.app.get(Traversal, { strict: false });
  const seen = await restrictedTo(ada.person, async () => ({
    page: await neighbours.page(product),
    graph: await traversal.graph(product),
  }));
  const ends = seen.page.items.map(({ entity }) => entity.uuid).toSorted();
  expect(ends).toEqual([ada.cart, ada.item].toSorted());
  expect(seen.page.nextCursor).toBe(null);
  expect(seen.graph.nodes.map(({ uuid }) => uuid).toSorted()).toEqual(
    [ada.cart, ada.item, product].toSorted(),
  );
});
