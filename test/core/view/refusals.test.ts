import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Computed, Field } from 'nest-dual-id';
import type { OddViews } from './odd-views.js';
import { openOddViews, viewOf } from './odd-views.js';
import {
  Animal,
  Cat,
  Counter,
  Line,
  Node,
  Oddity,
  Outlook,
  Stranger,
  Ticket,
  Town,
} from './odd.entities.js';

let odd: OddViews;
beforeAll(async () => {
  odd = await openOddViews();
});
afterAll(() => odd.close());

describe('a view refuses by name', () => {
  test.each([
    ['the internal id', 'key', 'id', 'would show an internal id'],
    ['an internal id behind a relation', 'key', 'parent.id', 'would show an internal id'],
    ['the number of look-up data', 'key', 'town.id', 'would show an internal id'],
    ['a foreign key', 'key', 'parentId', 'names parentId, which is neither a column'],
    ['a relation instead of a column', 'parent', 'parent', 'names parent, which is neither'],
    ['a number called like an id', 'owner', 'ownerId', 'would show an internal id'],
    ['a number in a column called like an id', 'keeper', 'keeper', 'would show an internal id'],
    ['a number that references a key', 'ticket', 'ticket', 'would show an internal id'],
    ['a number that references such a number', 'rider', 'rider', 'would show an internal id'],
    ['the number of look-up data, mapped', 'home', 'townNumber', 'would show an internal id'],
    ['the column behind a relation', 'boss', 'bossRef', 'would show an internal id'],
    ['a hidden column', 'secret', 'secret', 'is declared `select: false`'],
    ['bytes', 'bytes', 'bytes', 'of type bytea, which views cannot read'],
    ['a type without a text for clients', 'words', 'words', 'of type tsvector, which views cannot'],
    ['packed JSON', 'packed', 'packed', 'which views cannot read'],
    ['a packed list', 'list', 'list', 'which views cannot read'],
    [
      'JSON without a shape',
      'settings',
      'settings',
      'of type jsonb, which needs a declared schema',
    ],
    ['a transformed value of unknown type', 'masked', 'masked', 'reads a transformed column'],
    ['a property that is none', 'nothing', 'nothing', 'names nothing, which is neither'],
    ['a path that leads nowhere', 'city', 'postal.city', 'names postal.city, which is neither'],
    ['a to-many relation', 'part', 'children.name', 'to be a to-one relation'],
  ])('%s', (_what, property, path, sentence) => {
    const message = odd.refusal(viewOf(Oddity, property, Field(path)));
    expect(message).toContain(`Shown.${property} `);
    expect(message).toContain(sentence);
    expect(message).toMatch(/Correct it as the message describes and start again\.$/);
  });

  test.each([
    ['the number of look-up data', Town, 'id', 'Shown.key would show an internal id'],
    ['a generated key beside no public id', Counter, 'id', 'Shown.key would show an internal id'],
    ['a key that is not called like one', Ticket, 'ticket', 'Shown.key would show an internal id'],
    [
      'an entity of single-table inheritance',
      Animal,
      'uuid',
      'Map one entity with a column that distinguishes',
    ],
    ['a child of single-table inheritance', Cat, 'purr', 'or give each kind its own table'],
    ['a tree', Node, 'uuid', "its children as @Many(view, 'parent')"],
    ['a database view', Outlook, 'one', 'describe the response with @ReturnsSchema'],
    ['an entity outside the data source', Stranger, 'uuid', 'Stranger, which is not among the'],
  ])('%s, in any place', (_what, entity, path, sentence) => {
    expect(odd.refusal(viewOf(entity, 'key', Field(path)))).toContain(sentence);
  });

  test.each(['id', 'userId', 'user_id', 'userID'])('a property called %s', (property) => {
    const message = odd.refusal(viewOf(Oddity, property, Field('name')));
    expect(message).toContain(`Shown.${property} has the name of an internal id`);
  });

  type Sql = (id: string) => string;
  const computing = (type: string, sql: Sql, options = {}) =>
    odd.refusal(
      viewOf(
        Oddity,
        'rank',
        Computed({ type }, (row) => sql(row('parent.id')), options),
      ),
    );

  test.each<[string, Sql]>([
    ['alone', (id) => ` ${id} `],
    ['behind a text', (id) => `'#' || ${id}`],
    ['in a cast', (id) => `CAST(${id} AS text)`],
    ['in another cast', (id) => `(${id})::text`],
    ['in arithmetic', (id) => `${id} * 3 + 1`],
    ['in a function', (id) => `md5(${id}::text)`],
    ['in JSON', (id) => `json_build_object('n', ${id})::text`],
    ['by a sub-select', (id) => `(SELECT ${id})`],
    ['by a sub-select of a name', (id) => `(SELECT o.id FROM oddities o WHERE o.id = ${id})`],
    ['by a foreign key', (id) => `(SELECT "parent_id" FROM oddities WHERE id = ${id})`],
    ['under a condition', (id) => `CASE WHEN ${id} > 0 THEN ${id} END`],
    ['in a list', (id) => `(SELECT array_agg(id) FROM oddities WHERE id <> ${id})::text`],
  ])('a computed value that shows an internal id %s', (_how, sql) => {
    expect(computing('string', sql)).toContain('Shown.rank would show an internal id');
  });

  test.each<[string, string, Sql]>([
    ['a count', 'integer', (id) => `SELECT count(*) FROM oddities WHERE parent_id = ${id}`],
    [
      'a count of ids',
      'integer',
      (id) => `SELECT count(DISTINCT o.id) FROM oddities o WHERE o.id < ${id}`,
    ],
    [
      'what a join finds',
      'string',
      (id) => `(SELECT max(b.name) FROM oddities a JOIN oddities b USING (id) WHERE a.id = ${id})`,
    ],
    [
      'what comes last',
      'string',
      (id) =>
        `(SELECT name FROM oddities WHERE id IS NOT NULL AND id < ${id} ORDER BY id DESC LIMIT 1)`,
    ],
    [
      'a text that speaks of one',
      'string',
      (id) => `CASE WHEN ${id} IS NULL THEN 'no id' ELSE 'an id' END -- id`,
    ],
    ['a truth', 'boolean', (id) => `(${id} % 2) = 0`],
  ])('but not %s', (_what, type, sql) => {
    expect(computing(type, sql)).toBe('It compiles.');
  });

  test('unless it declares why nothing of it is shown', () => {
    const sql = (id: string) => `md5('salt' || ${id})`;
    expect(computing('string', sql, { showsNoId: 'a salted hash' })).toBe('It compiles.');
    expect(computing('string', sql, { showsNoId: ' ' })).toContain('would show an internal id');
  });
});

test.each([
  ['a code', 'currencyCode'],
  ['a code that is a reference itself', 'tariff'],
  ["a number that is nobody's key", 'tariffRow'],
  ['a public id', 'beastUuid'],
])('a foreign key of %s is shown', (_what, path) => {
  expect(odd.refusal(viewOf(Oddity, 'shown', Field(path)))).toBe('It compiles.');
});

test('columns that only resemble an id are shown', () => {
  expect(odd.refusal(viewOf(Line, 'line', Field()))).toBe('It compiles.');
  expect(odd.refusal(viewOf(Oddity, 'street', Field('postal.street')))).toBe('It compiles.');
  expect(odd.refusal(viewOf(Oddity, 'town', Field('postal.town.slug')))).toBe('It compiles.');
  expect(odd.refusal(viewOf(Oddity, 'paid', Field('name')))).toBe('It compiles.');
});
