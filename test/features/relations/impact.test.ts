import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { roleNames } from '../../support/roles.js';
import { aProduct } from '../../support/shop.js';
import type { Family } from './family.js';
import { family } from './family.js';

const names = ['ada', 'bob', 'cleo', 'gone', 'busy'];
let people: Family;
let milk: string;
const orders: string[] = [];
beforeAll(async () => {
  people = await family(names);
  milk = await aProduct(people.shop, 'Milk', '4.20');
  for (const quantity of [1, 2]) orders.push(await anOrder('ada', quantity));
  await people.relate('bob owner ada', 'ada owner cleo', 'gone owner ada');
  await people.sql(`UPDATE users SET deleted_at = now() WHERE first_name = 'gone'`);
});
afterAll(() => people.stop());

async function anOrder(name: string, quantity: number): Promise<string> {
  const items = [{ productUuid: milk, quantity }];
  return (await people.shop.ask('POST', `/users/${people.of(name)}/orders`, { body: { items } }))
    .body.uuid;
}

const impact = async (uuid: string) => {
  const { status, body } = await people.shop.ask('GET', `/registry/${people.of(uuid)}/impact`);
  return {
    status,
    body,
    items: body.items as { kind: string; type: string; examples: string[] }[],
  };
};
const item = async (uuid: string, type: string) =>
  (await impact(uuid)).items.find((one) => one.type === type);

const readable = (table: string) =>
  people.sql(`GRANT SELECT ON ${table} TO ${roleNames.application}`);

describe('what refers to an entity', () => {
  test('are rows with a foreign key to it, by their type, property and public ids', async () => {
    const found = await item('ada', 'order');
    expect(found).toMatchObject({ kind: 'reference', through: 'userUuid', effect: 'blocks' });
    expect(found).toMatchObject({ count: 2, capped: false });
    expect(found!.examples.toSorted()).toEqual(orders.toSorted());
  });

  test('are edges to living entities, by type and side', async () => {
    const { items } = await impact('ada');
    expect(items.filter((one) => one.type === 'owner')).toEqual([
      { ...edge, through: 'out', count: 1, examples: [people.of('cleo')] },
      { ...edge, through: 'in', count: 1, examples: [people.of('bob')] },
    ]);
  });

  test('are rows without public ids too, and rows a delete would remove', async () => {
    const line = { kind: 'reference', type: 'order item', count: 1, examples: [] };
    expect(await item(orders[0]!, 'order item')).toMatchObject({ ...line, effect: 'blocks' });
    await people.sql(`CREATE TABLE receipts (order_id bigint REFERENCES orders ON DELETE CASCADE)`);
    await readable('receipts');
    await people.sql(`INSERT INTO receipts SELECT id FROM orders`);
    expect(await item(orders[0]!, 'other')).toMatchObject({ count: 1, effect: 'cascades' });
  });

  test('are rows of a table that no entity maps, and of one that was just created', async () => {
    await people.sql(`CREATE TABLE secret_ledger (buyer bigint REFERENCES users (id))`);
    await readable('secret_ledger');
    await people.sql(`INSERT INTO secret_ledger SELECT id FROM users WHERE first_name = 'bob'`);
    const { body } = await impact('bob');
    expect(body.items).toContainEqual({
      kind: 'reference',
      type: 'other',
      through: null,
      effect: 'blocks',
      count: 1,
      capped: false,
      examples: [],
    });
    expect(JSON.stringify(body)).not.toMatch(/ledger|buyer/);
  });

  test('are links to its passport', async () => {
    await people.sql(`CREATE TABLE loyalty (master_uuid uuid REFERENCES dual_id.passports (uuid))`);
    await readable('loyalty');
    await people.sql(`INSERT INTO loyalty VALUES ('${people.of('cleo')}')`);
    expect((await impact('cleo')).items).toContainEqual(
      expect.objectContaining({ kind: 'link', type: 'other', count: 1, effect: 'blocks' }),
    );
    expect((await impact('bob')).items.some(({ kind }) => kind === 'link')).toBe(false);
  });

  test('is an error if the application may not read a table', async () => {
    await people.sql(`REVOKE SELECT ON secret_ledger FROM ${roleNames.application}`);
    const { status, body } = await impact('bob');
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toMatch(/ledger|buyer/);
    await readable('secret_ledger');
    expect((await impact('bob')).status).toBe(200);
  });

  test('are counted up to a thousand', async () => {
    await people.sql(`INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
      SELECT id, n, 0, 12 FROM users, generate_series(1, 1001) n WHERE first_name = 'busy'`);
    const found = await item('busy', 'order');
    expect(found).toMatchObject({ count: 1000, capped: true });
    expect(found!.examples).toHaveLength(5);
  });

  test('is empty for an entity without references', async () => {
    const [order] = await people.sql<{ uuid: string }>(`SELECT uuid FROM orders WHERE number = 7`);
    expect((await impact(order!.uuid)).body).toEqual({
      uuid: order!.uuid,
      type: 'order',
      items: [],
    });
  });

  test('is refused for unknown and deleted entities', async () => {
    expect((await impact('0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e')).status).toBe(404);
    expect((await impact('gone')).status).toBe(410);
  });
});

const edge = { kind: 'relation', type: 'owner', effect: 'blocks', capped: false };
