import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import { Neighbours, RelationsService, ShortestPath, Traversal } from 'nest-dual-id/relations';
import { sql } from '../../support/library/library.js';
import type { Fair } from '../../support/market/fair.js';
import { give, openFair } from '../../support/market/fair.js';
import { Cart } from '../../support/market/market.entities.js';
import { aCart, outcomeOf } from '../../support/market/market.js';
import { interrupted, sentBy } from '../../support/market/sent.js';

let fair: Fair;
let relations: RelationsService;
let neighbours: Neighbours;
/** A user of the shop, whose tables are beside the market's: nothing here maps them. */
let stranger: string;
beforeAll(async () => {
  fair = await openFair();
  relations = fair.app.get(RelationsService, { strict: false });
  neighbours = fair.app.get(Neighbours, { strict: false });
  const [user] = await sql(
    fair.market,
    `INSERT INTO users (first_name, last_name, email) VALUES ('A', 'B', 'a@b.cc') RETURNING uuid`,
  );
  stranger = String(user!['uuid']);
  const { ada, bob, product } = fair;
  const linked = [ada.item, product, bob.cart, stranger];
  await relations.relateMany([
    ...linked.map((toUuid) => ({ fromUuid: ada.cart, relation: 'linked', toUuid })),
    { fromUuid: bob.cart, relation: 'linked', toUuid: bob.item },
    { fromUuid: product, relation: 'linked', toUuid: bob.item },
  ]);
});
afterAll(() => fair.close());

const ask = (badge: string, path: string) => fair.as(badge, 'GET', `/registry/${path}`);
const endsOf = (body: { items: { entity: { uuid: string } }[] }) =>
  body.items.map(({ entity }) => entity.uuid).toSorted();
const nodesOf = (body: { nodes: { uuid: string }[] }) =>
  body.nodes.map(({ uuid }) => uuid).toSorted();

describe('the routes of relations for own entities', () => {
  test('show edges to own entities and to those that belong to nobody', async () => {
    const { ada, product } = fair;
    const own = await ask('ada', `${ada.cart}/relations`);
    expect([own.status, endsOf(own.body)]).toEqual([200, [ada.item, product].toSorted()]);
    expect(endsOf((await ask('staff', `${ada.cart}/relations`)).body)).toHaveLength(4);
    expect(endsOf((await ask('ada', `${product}/relations`)).body)).toEqual([ada.cart]);
  });

  test('walk through own entities and those that belong to nobody', async () => {
    const { ada, bob, product } = fair;
    const graph = await ask('ada', `${ada.item}/graph?depth=6`);
    expect(nodesOf(graph.body)).toEqual([ada.cart, ada.item, product].toSorted());
    expect(graph.body.partial).toBe(false);
    const drawn = (await ask('ada', `${ada.item}/diagram?depth=6`)).text;
    expect(drawn).not.toContain(bob.cart);
    const all = await ask('staff', `${ada.item}/graph?depth=6`);
    expect(nodesOf(all.body)).toHaveLength(6);
    expect((await ask('bob', `${bob.cart}/paths/${product}`)).body.length).toBe(2);
    await relations.relate({ fromUuid: bob.cart, relation: 'owner', toUuid: ada.voucher });
    const way = `${ada.cart}/paths/${ada.voucher}`;
    expect((await ask('ada', way)).body.length).toBe(null);
    expect((await ask('staff', way)).body.length).toBe(2);
  });

  test.each(['relations', 'graph', 'diagram', 'paths/:own', 'relations/linked/:own'])(
    'find no entity of another, exactly as none that never was (%s)',
    async (route) => {
      const sent = (uuid: string) => {
        const path = `${uuid}/${route.replace(':own', fair.ada.cart)}`;
        return sentBy(fair.market, async () => (await ask('ada', path)).text);
      };
      const absent = await sent(randomUUID());
      expect(JSON.parse(absent.outcome as string)).toMatchObject({ status: 404 });
      for (const uuid of [fair.bob.cart, fair.bob.item, fair.bob.person, stranger]) {
        expect(await sent(uuid)).toEqual(absent);
      }
    },
  );

  test.each(['paths', 'relations/linked'])('find no other end either (%s)', async (route) => {
    const sent = (uuid: string) => {
      const path = `${fair.ada.cart}/${route}/${uuid}`;
      return sentBy(fair.market, async () => (await ask('ada', path)).text);
    };
    const absent = await sent(randomUUID());
    expect(JSON.parse(absent.outcome as string)).toMatchObject({ status: 404 });
    expect(await sent(fair.bob.cart)).toEqual(absent);
    expect((await ask('staff', `${fair.ada.cart}/${route}/${fair.bob.cart}`)).status).toBe(200);
  });

  test('are gone for the owner of a softly deleted row, not found for others', async () => {
    const uuid = await aCart(fair.market, fair.ada.person);
    await fair.market.repositories.of(Cart).remove(uuid);
    expect((await ask('ada', `${uuid}/relations`)).status).toBe(410);
    expect((await ask('bob', `${uuid}/relations`)).status).toBe(404);
    expect((await ask('staff', `${uuid}/graph`)).status).toBe(410);
  });

  test('write, and tell what refers to an entity, by permission alone', async () => {
    const { ada, product } = fair;
    const edge = `/registry/${ada.item}/relations/linked/${product}`;
    expect((await fair.as('ada', 'PUT', edge, {})).status).toBe(403);
    expect((await fair.as('ada', 'DELETE', edge)).status).toBe(403);
    expect((await ask('ada', `${ada.cart}/impact`)).status).toBe(403);
    expect((await fair.as('staff', 'PUT', edge, {})).status).toBe(200);
    expect((await fair.as('staff', 'DELETE', edge)).status).toBe(204);
    expect((await ask('staff', `${ada.cart}/impact`)).status).toBe(200);
    expect((await ask('ada', 'relation-types')).status).toBe(200);
  });
});

test('a cursor leads on only among the entities for which it was given', async () => {
  const page = (after?: string) => neighbours.page(fair.ada.cart, { limit: 1, after });
  const { nextCursor: ofAll } = await page();
  const asAda = <T>(work: () => Promise<T>) => restrictedTo(fair.ada.person, work);
  const { nextCursor: ofAda } = await asAda(() => page());
  expect(await asAda(() => outcomeOf(page(ofAll!)))).toBe('invalid_cursor');
  expect(await outcomeOf(page(ofAda!))).toBe('invalid_cursor');
  expect(await asAda(() => page(ofAda!))).toMatchObject({ items: [{}], nextCursor: null });
});

describe('an entity that is given away while its edges are read', () => {
  test('is not found', async () => {
    const reads: readonly (readonly [RegExp, (uuid: string) => Promise<unknown>])[] = [
      [/both_sides/, (uuid) => neighbours.page(uuid)],
      [/step_over/, (uuid) => fair.app.get(Traversal, { strict: false }).graph(uuid)],
      [
        /step_over/,
        (uuid) => fair.app.get(ShortestPath, { strict: false }).between(uuid, fair.product),
      ],
      [
        /step_over/,
        (uuid) => fair.app.get(ShortestPath, { strict: false }).between(fair.product, uuid),
      ],
    ];
    for (const [before, read] of reads) {
      const uuid = await aCart(fair.market, fair.ada.person);
      await relations.relate({ fromUuid: uuid, relation: 'linked', toUuid: fair.product });
      const meanwhile = () => give(fair, uuid, fair.bob);
      const outcome = await interrupted(fair.market, [before, meanwhile], () =>
        restrictedTo(fair.ada.person, () => outcomeOf(read(uuid))),
      );
      expect(outcome).toBe('not_found');
    }
  });
});
