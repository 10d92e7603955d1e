import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restrictedTo } from 'nest-dual-id';
import { RelationsService } from 'nest-dual-id/relations';
import { sql } from '../../support/library/library.js';
import type { Fair } from '../../support/market/fair.js';
import { give, openFair } from '../../support/market/fair.js';
import { Cart } from '../../support/market/market.entities.js';
import { aCart, outcomeOf } from '../../support/market/market.js';
import { interrupted, sentBy } from '../../support/market/sent.js';

let fair: Fair;
let relations: RelationsService;
beforeAll(async () => {
  fair = await openFair();
  relations = fair.app.get(RelationsService, { strict: false });
});
afterAll(() => fair.close());

const asAda = <T>(work: () => Promise<T>) => restrictedTo(fair.ada.person, work);
const from = (fromUuid: string, toUuid: string) => ({ fromUuid, relation: 'referrer', toUuid });
const count = async () => {
  const [row] = await sql(fair.market, 'SELECT count(*)::integer AS edges FROM dual_id.relations');
  return row!['edges'];
};

describe('an edge in work that is restricted to an owner', () => {
  test('is written, read and removed between own entities and those of nobody', async () => {
    const { ada, product } = fair;
    for (const edge of [from(ada.cart, ada.item), from(product, ada.cart)]) {
      expect(await asAda(() => relations.relate(edge))).toMatchObject(edge);
      expect(await asAda(() => relations.get(edge))).toMatchObject(edge);
      await asAda(() => relations.unrelate(edge));
      expect(await asAda(() => outcomeOf(relations.unrelate(edge)))).toBe('not_found');
    }
  });

  test('to an entity of another is refused as one to none, by the same statements', async () => {
    const { ada, bob } = fair;
    const before = await count();
    const writes: readonly ((uuid: string) => Promise<unknown>)[] = [
      (uuid) => relations.relate(from(ada.cart, uuid)),
      (uuid) => relations.relate(from(uuid, ada.cart)),
      (uuid) => relations.relateMany([from(ada.item, ada.cart), from(ada.cart, uuid)]),
    ];
    for (const write of writes) {
      const sent = (uuid: string) => sentBy(fair.market, () => asAda(() => outcomeOf(write(uuid))));
      const absent = await sent(randomUUID());
      expect(absent.outcome).toBe('not_found');
      expect(absent.texts.join()).not.toContain('hold_passports');
      for (const uuid of [bob.cart, bob.item, bob.person]) expect(await sent(uuid)).toEqual(absent);
    }
    expect(await count()).toBe(before);
  });

  test('of others is neither read nor changed nor removed', async () => {
    const { ada, bob } = fair;
    const edges = [from(bob.cart, bob.item), from(ada.cart, bob.cart), from(bob.item, ada.item)];
    await relations.relateMany(edges);
    for (const edge of edges) {
      for (const work of [
        () => relations.get(edge),
        () => relations.relate(edge),
        () => relations.unrelate(edge),
      ]) {
        expect(await asAda(() => outcomeOf(work()))).toBe('not_found');
      }
      expect(await outcomeOf(relations.get(edge))).toMatchObject(edge);
    }
  });

  test('to an own row that was deleted softly is gone, and not found for others', async () => {
    const { ada, bob } = fair;
    const uuid = await aCart(fair.market, ada.person);
    await fair.market.repositories.of(Cart).remove(uuid);
    const write = (end: string) => outcomeOf(relations.relate(from(end, uuid)));
    expect(await asAda(() => write(ada.item))).toBe('gone');
    expect(await restrictedTo(bob.person, () => write(bob.item))).toBe('not_found');
    expect(await write(ada.item)).toBe('gone');
  });

  test('is not written if an end is given away before it is', async () => {
    const { ada, bob } = fair;
    const before = await count();
    const writes: readonly ((uuid: string) => Promise<unknown>)[] = [
      (uuid) => relations.relate(from(ada.item, uuid)),
      (uuid) => relations.relateMany([from(ada.item, ada.person), from(uuid, ada.item)]),
    ];
    for (const write of writes) {
      const uuid = await aCart(fair.market, ada.person);
      const meanwhile = () => give(fair, uuid, bob);
      const outcome = await interrupted(fair.market, [/INSERT INTO dual_id.rel/, meanwhile], () =>
        asAda(() => outcomeOf(write(uuid))),
      );
      expect(outcome).toBe('not_found');
    }
    expect(await count()).toBe(before);
  });
});
