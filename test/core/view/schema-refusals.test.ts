import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Computed, Field, Many, View } from 'nest-dual-id';
import type { JsonSchema } from 'nest-dual-id';
import type { OddViews } from './odd-views.js';
import { openOddViews, viewOf } from './odd-views.js';
import { Oddity, Town } from './odd.entities.js';

let odd: OddViews;
beforeAll(async () => {
  odd = await openOddViews();
});
afterAll(() => odd.close());

test.each<[string, JsonSchema]>([
  ['nothing', {}],
  ['no type', { description: 'anything' }],
  ['an open object', { type: 'object' }],
  ['additional properties', { type: 'object', properties: {}, additionalProperties: true }],
  ['described additions', { type: 'object', properties: {}, additionalProperties: {} }],
  ['a list of anything', { type: 'array' }],
  ['an id inside', { type: 'object', properties: { userId: { type: 'string' } } }],
  ['a choice', { type: 'object', properties: {}, anyOf: [{ type: 'object' }] }],
  ['a reference', { type: 'object', properties: {}, $ref: '#/elsewhere' }],
  ['patterns', { type: 'object', properties: {}, patternProperties: {} } as JsonSchema],
  ['a type that is none', { type: 'anything' }],
  ['a constant with an inside', { const: { id: 77 } } as JsonSchema],
  ['a listed value with an inside', { enum: ['a', ['b']] }],
  ['a constant of another type', { type: 'string', const: 5 }],
  ['an open list inside', { type: ['array', 'null'], items: { type: ['object', 'null'] } }],
])('a declared schema with %s is refused, naming its property', (_what, schema) => {
  const field = viewOf(Oddity, 'settings', Field({ schema }));
  expect(odd.refusal(field)).toContain('Shown.settings ');
  const computed = viewOf(
    Oddity,
    'extra',
    Computed(schema, () => `'{}'::jsonb`),
  );
  expect(odd.refusal(computed)).toContain('Shown.extra ');
});

test('a class without @View and a view without fields are refused', () => {
  expect(odd.refusal(class Bare {})).toContain('Bare is used as a view but has no @View');
  class Hollow {}
  View(Oddity)(Hollow);
  expect(odd.refusal(Hollow)).toContain('Hollow has no @Field');
});

test('two views with the same name are refused until one is renamed', () => {
  const [one, other] = [viewOf(Town, 'slug', Field()), viewOf(Town, 'slug', Field())];
  expect(odd.refusal(one, other)).toContain('Two views are called Shown');
  View(Town, { name: 'Else' })(other);
  expect(odd.refusal(one, other)).toBe('It compiles.');
});

test('a nested view of another entity than the relation’s is refused', () => {
  const town = viewOf(Town, 'slug', Field());
  const nesting = viewOf(
    Oddity,
    'parent',
    Field(() => town),
  );
  expect(odd.refusal(nesting)).toContain(
    'Shown.parent nests Shown, a view of Town, but the relation leads to Oddity',
  );
});

test('a list through a relation to another entity is refused', () => {
  const oddity = viewOf(Oddity, 'name', Field());
  const listing = viewOf(
    Town,
    'oddities',
    Many(() => oddity, 'parent'),
  );
  expect(odd.refusal(listing)).toContain('Shown.oddities lists Shown through parent, a view of');
  expect(
    odd.refusal(
      viewOf(
        Town,
        'oddities',
        Many(() => oddity, 'town'),
      ),
    ),
  ).toBe('It compiles.');
});

test('a view that contains itself, at any depth, is refused', () => {
  class Inner {}
  class Outer {}
  Field(() => Outer)(Inner.prototype, 'parent');
  Many(() => Inner, 'parent')(Outer.prototype, 'parts');
  View(Oddity)(Inner);
  View(Oddity)(Outer);
  expect(odd.refusal(Outer)).toContain('Outer > Inner > Outer is a view that contains itself');
});
