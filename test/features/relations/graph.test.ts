import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Traversal } from 'nest-dual-id/relations';
import type { Family } from './family.js';
import { family, told } from './family.js';

const many = Array.from({ length: 40 }, (_, at) => `m${at}`);
const names = ['a', 'b', 'c', 'd', 'e', 'gone', 'alone', 'hub', ...many];
let people: Family;
let traversal: Traversal;
beforeAll(async () => {
  people = await family(names);
  traversal = people.shop.app.get(Traversal, { strict: false });
  // A ring with a tail: a -> b -> c -> a, c -> d -> e, and a path over a deleted person.
  await people.relate('a owner b', 'b owner c', 'c owner a', 'c owner d', 'd owner e');
  await people.relate('e owner gone', 'gone owner alone', 'a linked c');
  await people.relate(...many.map((name) => `hub owner ${name}`));
  await people.sql(`UPDATE users SET deleted_at = now() WHERE first_name = 'gone'`);
});
afterAll(() => people.stop());

const ask = (name: string, query = '') =>
  people.shop.ask('GET', `/registry/${people.of(name)}/graph${query}`);
const depths = (nodes: { uuid: string; depth: number }[]) =>
  Object.fromEntries(
    nodes.map(({ uuid, depth }) => [names.find((name) => people.of(name) === uuid), depth]),
  );

describe('the graph of an entity', () => {
  test('reaches everything once, cycles or not, nearest first', async () => {
    const { body } = await ask('a', '?depth=6&direction=out&relation=owner');
    expect(depths(body.nodes)).toEqual({ a: 0, b: 1, c: 2, d: 3, e: 4 });
    expect(told(people, names, body.edges)).toEqual([
      'a owner b',
      'b owner c',
      'c owner a',
      'c owner d',
      'd owner e',
    ]);
    expect(body.partial).toBe(false);
  });

  test('ends at the requested depth', async () => {
    const { body } = await ask('a', '?depth=1&direction=out&relation=owner');
    expect(depths(body.nodes)).toEqual({ a: 0, b: 1 });
    expect(body.partial).toBe(false);
  });

  test('follows undirected edges from both ends, and shows each edge once', async () => {
    const { body } = await ask('c', '?depth=1&relation=linked');
    expect(depths(body.nodes)).toEqual({ c: 0, a: 1 });
    expect(told(people, names, body.edges)).toEqual(['a linked c']);
    const both = await ask('a', '?depth=2');
    expect(new Set(both.body.edges.map((edge: object) => JSON.stringify(edge))).size).toBe(
      both.body.edges.length,
    );
  });

  test('neither shows nor passes deleted entities', async () => {
    const { body } = await ask('e', '?depth=6&direction=out');
    expect(depths(body.nodes)).toEqual({ e: 0 });
    expect(body.partial).toBe(false);
  });

  test('of an unrelated entity is the entity alone', async () => {
    const { body } = await ask('alone');
    expect(body).toMatchObject({ edges: [], partial: false });
    expect(body.nodes).toHaveLength(1);
  });

  test('returns 404 for an unknown entity, 410 for a deleted one', async () => {
    expect((await ask('0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e')).status).toBe(404);
    expect((await ask('gone')).status).toBe(410);
  });
});

describe('a budget', () => {
  test.each([
    ['of entities', { limit: 10 }, 10],
    ['of edges', { edges: 15 }, 16],
    ['of time', { milliseconds: 0 }, 1],
  ])('%s ends the walk, and the result says so', async (_what, request, found) => {
    const { nodes, partial } = await traversal.graph(people.of('hub'), request);
    expect([nodes.length, partial]).toEqual([found, true]);
  });

  test('that is just enough gives a complete result', async () => {
    const whole = { depth: 1, limit: 41, edges: 40, direction: 'out' } as const;
    const { nodes, partial } = await traversal.graph(people.of('hub'), whole);
    expect([nodes.length, partial]).toEqual([41, false]);
    const { body } = await ask('hub', '?depth=1&limit=40');
    expect([body.nodes.length, body.partial]).toEqual([40, true]);
  });
});

describe('the diagram of an entity', () => {
  test.each(['mermaid', 'dot'])('comes in %s', async (format) => {
    const path = `/registry/${people.of('a')}/diagram?format=${format}&depth=1`;
    const { body } = await people.shop.ask('GET', path);
    expect(body).toMatchObject({ format, partial: false });
    expect(body.text).toContain(people.of('b'));
    expect(body.text).toContain('owner');
  });
});
