import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from 'nest-dual-id';
import type { Family } from './family.js';
import { family } from './family.js';

const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'gone'];
const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
let people: Family;
beforeAll(async () => {
  people = await family(names);
});
afterAll(() => people.stop());

const address = (text: string) => {
  const { fromUuid, relation, toUuid } = people.edge(text);
  return `/registry/${fromUuid}/relations/${relation}/${toUuid}`;
};
const put = (text: string, metadata?: object) =>
  people.shop.ask('PUT', address(text), { body: metadata === undefined ? {} : { metadata } });
const get = (text: string) => people.shop.ask('GET', address(text));
const remove = (text: string) => people.shop.ask('DELETE', address(text));
/** A statement by someone who knows the tables but not the library. */
const rawInsert = (text: string, from: string, to: string) => {
  const { fromUuid, relation, toUuid } = people.edge(text);
  return `INSERT INTO dual_id.relations (from_id, to_id, type_id, acyclic, undirected)
    SELECT ${from}, ${to}, t.id, t.acyclic, t.undirected
    FROM dual_id.passports a, dual_id.passports b, dual_id.relation_types t
    WHERE a.uuid = '${fromUuid}' AND b.uuid = '${toUuid}' AND t.name = '${relation}'`;
};
const countEdges = async () =>
  (await people.sql<{ count: number }>('SELECT count(*)::int FROM dual_id.relations'))[0]!.count;

describe('an edge', () => {
  test('is written, read and removed by public ids', async () => {
    const { status, body } = await put('ada owner bob', { note: 'since May' });
    expect(status).toBe(200);
    const edge = { ...people.edge('ada owner bob'), metadata: { note: 'since May' } };
    expect(body).toEqual({ ...edge, createdAt: body.createdAt, updatedAt: body.updatedAt });
    expect((await get('ada owner bob')).body).toEqual(body);
    expect((await remove('ada owner bob')).status).toBe(204);
    expect((await get('ada owner bob')).body.code).toBe('not_found');
    expect((await remove('ada owner bob')).body.code).toBe('not_found');
  });

  test('is one edge however often it is written, with the last metadata', async () => {
    const before = await countEdges();
    await put('ada member bob', { note: 'first' });
    await put('ada member bob', { note: 'second' });
    expect(await countEdges()).toBe(before + 1);
    expect((await get('ada member bob')).body.metadata).toEqual({ note: 'second' });
    await put('ada member bob');
    expect((await get('ada member bob')).body.metadata).toBeNull();
  });

  test('is the same under the inverse name', async () => {
    const { body } = await put('ada child bob');
    expect(body).toMatchObject(people.edge('bob parent ada'));
    expect((await get('bob parent ada')).status).toBe(200);
    expect((await get('ada parent bob')).status).toBe(404);
    expect((await remove('ada child bob')).status).toBe(204);
  });

  test('without a direction is the same from either end', async () => {
    const before = await countEdges();
    await put('ada linked bob');
    await put('bob linked ada', { note: 'neighbours' });
    expect(await countEdges()).toBe(before + 1);
    expect((await get('ada linked bob')).body.metadata).toEqual({ note: 'neighbours' });
    expect((await remove('bob linked ada')).status).toBe(204);
    expect((await get('ada linked bob')).status).toBe(404);
  });

  test('is one edge however many write it at once, and all of them succeed', async () => {
    const before = await countEdges();
    const notes = Array.from({ length: 20 }, (_, at) => `n${at}`);
    const answers = await Promise.all(notes.map((note) => put('bob owner cleo', { note })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await countEdges()).toBe(before + 1);
    expect(notes).toContain((await get('bob owner cleo')).body.metadata.note);
  });

  test('without a direction is one edge, even if both ends write it at once', async () => {
    const before = await countEdges();
    const writers = Array.from({ length: 20 }, (_, at) =>
      put(at % 2 === 0 ? 'cleo linked dan' : 'dan linked cleo'),
    );
    expect(new Set((await Promise.all(writers)).map(({ status }) => status))).toEqual(
      new Set([200]),
    );
    expect(await countEdges()).toBe(before + 1);
  });

  test('cannot be duplicated by raw SQL, in one session or in two at once', async () => {
    const insert = rawInsert('bob owner eve', 'a.id', 'b.id');
    await people.sql(insert);
    await expect(people.sql(insert)).rejects.toThrow('relations_pk');
    const other = rawInsert('cleo owner eve', 'a.id', 'b.id');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => people.sql(other)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('without a direction is refused to raw SQL unless its ends are in order', async () => {
    const backwards = rawInsert('bob linked eve', 'greatest(a.id, b.id)', 'least(a.id, b.id)');
    await expect(people.sql(backwards)).rejects.toThrow('relations_undirected_ck');
  });

  test('of an entity to itself is refused, by the database too', async () => {
    for (const relation of ['owner', 'linked', 'parent', 'child']) {
      const { status, body } = await put(`ada ${relation} ada`);
      expect([relation, status, body.code]).toEqual([relation, 422, 'rule_violated']);
    }
    const insert = `INSERT INTO dual_id.relations
      SELECT id, id, now(), now(), 1, false, false FROM dual_id.passports LIMIT 1`;
    await expect(people.sql(insert)).rejects.toThrow('relations_self_ck');
  });

  test('needs a type, and two existing ends', async () => {
    expect((await put('ada admirer bob')).body.code).toBe('not_found');
    expect((await put(`ada owner ${nobody}`)).body.code).toBe('not_found');
    expect((await put(`${nobody} owner ada`)).body.code).toBe('not_found');
    expect((await put('ada owner 42')).body.code).toBe('malformed_public_id');
    expect((await put('42 owner ada')).body.code).toBe('malformed_public_id');
  });

  test('to a deleted entity is refused, and an existing one is hidden until the entity is restored', async () => {
    await put('ada owner gone');
    await people.sql(`UPDATE users SET deleted_at = now() WHERE first_name = 'gone'`);
    expect((await put('ada member gone')).body.code).toBe('gone');
    expect((await get('ada owner gone')).body.code).toBe('not_found');
    await people.sql(`UPDATE users SET deleted_at = NULL WHERE first_name = 'gone'`);
    expect((await get('ada owner gone')).status).toBe(200);
  });

  test('to a deleted entity is refused by the database too, also while the delete is under way', async () => {
    const insert = `INSERT INTO dual_id.relations (from_id, to_id, type_id, acyclic, undirected)
      SELECT a.id, b.id, 2, false, false FROM dual_id.passports a, dual_id.passports b
      WHERE a.uuid = '${people.of('bob')}' AND b.uuid = '${people.of('gone')}'`;
    const database = people.shop.app.get(Database, { strict: false });
    let writing: Promise<unknown> = Promise.resolve();
    await database.transaction(async (manager) => {
      await manager.query(`UPDATE users SET deleted_at = now() WHERE first_name = 'gone'`);
      writing = people.sql(insert).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await writing).toMatchObject({ code: 'DI410' });
    await expect(people.sql(insert)).rejects.toMatchObject({ code: 'DI410' });
    await people.sql(`UPDATE users SET deleted_at = NULL WHERE first_name = 'gone'`);
  });

  test('cannot change its ends, its type or its flags', async () => {
    await put('cleo owner dan');
    const change = (what: string) => people.sql(`UPDATE dual_id.relations SET ${what}`);
    await expect(change('from_id = from_id + 100')).rejects.toThrow('never change');
    await expect(change('type_id = 2')).rejects.toThrow('never change');
    await expect(change('acyclic = true')).rejects.toThrow('never change');
  });
});

describe('metadata', () => {
  test.each([
    ['an integer that JSON has rounded', { size: 9_007_199_254_740_992 }],
    ['a number that is none', { sizes: [Infinity] }],
    ['half a character', { note: '\ud83d' }],
    ['a name with NUL', { 'a\0': 1 }],
  ])('with %s is refused and stays unchanged', async (_what, metadata) => {
    const edge = people.edge('ada owner dan');
    const refused = (pointer: string) => ({
      code: 'rule_violated',
      details: { errors: [{ pointer, detail: expect.any(String) }] },
    });
    const one = people.relations.relate({ ...edge, metadata });
    await expect(one).rejects.toMatchObject(refused('/metadata'));
    const many = people.relations.relateMany([edge, { ...edge, metadata }]);
    await expect(many).rejects.toMatchObject(refused('/1/metadata'));
  });

  test('has the declared shape, and nothing else enters', async () => {
    const { status, body } = await put('ada owner cleo', { note: 7 });
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.errors[0].pointer).toBe('/metadata/note');
    const other = await put('ada owner cleo', { colour: 'red' });
    expect(other.body.errors[0].pointer).toBe('/metadata/colour');
    const internal = await put('ada owner cleo', { userId: '42' });
    expect(internal.body.code).toBe('internal_id_refused');
  });

  test('that code wrote outside the shape does not leave', async () => {
    const edge = { ...people.edge('ada owner eve'), metadata: { note: 'kept', row: '400001' } };
    await people.relations.relate(edge);
    expect((await get('ada owner eve')).body.metadata).toEqual({ note: 'kept' });
    const list = await people.shop.ask('GET', `/registry/${people.of('eve')}/relations`);
    expect(list.body.items[0].metadata).toEqual({ note: 'kept' });
  });

  test('is limited in size by the database', async () => {
    const long = { ...people.edge('ada owner dan'), metadata: { note: 'x'.repeat(4096) } };
    await expect(people.relations.relate(long)).rejects.toMatchObject({ code: 'rule_violated' });
    const list = `UPDATE dual_id.relations SET metadata = '[]'`;
    await expect(people.sql(list)).rejects.toThrow('relations_metadata_ck');
  });
});

describe('a batch', () => {
  test('writes every edge or none', async () => {
    const before = await countEdges();
    const edges = ['dan owner ada', 'dan owner bob', 'dan owner cleo'].map(people.edge);
    await people.relations.relateMany([...edges, edges[0]!]);
    expect(await countEdges()).toBe(before + 3);
    const broken = [people.edge('dan owner eve'), people.edge(`dan owner ${nobody}`)];
    await expect(people.relations.relateMany(broken)).rejects.toMatchObject({ code: 'not_found' });
    expect(await countEdges()).toBe(before + 3);
  });

  test('joins the transaction it is made in', async () => {
    const before = await countEdges();
    const database = people.shop.app.get(Database, { strict: false });
    const failing = database.transaction(async () => {
      await people.relate('eve owner ada');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await countEdges()).toBe(before);
  });
});
