import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonSchema } from 'nest-dual-id';
import { glossary } from '../../src/shop/docs/glossary.js';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

interface Parameter {
  readonly name: string;
  readonly description?: string;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters: readonly Parameter[];
}

interface Description {
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

let shop: TestShop;
let description: Description;
let text: string;
beforeAll(async () => {
  shop = await testShop();
  text = await (await fetch(`${shop.url}/openapi.json`)).text();
  description = JSON.parse(text) as Description;
});
afterAll(() => shop.stop());

const operations = () =>
  Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  );
const isSentence = (words = '') => /^[A-Z`].*\.$/s.test(words);

describe('the API description of the shop', () => {
  test('tells in a line and in sentences what every operation is for', () => {
    expect(operations().length).toBeGreaterThan(40);
    const mute = operations().filter(
      (one) => !/^[A-Z].*[^.]$/.test(one.summary ?? '') || !isSentence(one.description),
    );
    expect(mute.map(({ name }) => name)).toEqual([]);
  });

  test('has another summary for every operation', () => {
    const summaries = operations().map(({ summary }) => summary);
    expect(summaries.filter((one, at) => summaries.indexOf(one) !== at)).toEqual([]);
  });

  test('has every operation under a tag that is described', () => {
    const told = new Set(
      description.tags.filter((tag) => isSentence(tag.description)).map(({ name }) => name),
    );
    const astray = operations().filter(({ tags = [] }) => tags.length !== 1 || !told.has(tags[0]!));
    expect(astray.map(({ name }) => name)).toEqual([]);
  });

  test('begins with what the shop sells and ends with what is technical', () => {
    const order = [
      'Products',
      'Users',
      'Carts',
      'Orders',
      'Roles',
      'Registry',
      'Relations',
      'History',
      'Health',
      'API keys',
    ];
    expect(description.tags.map(({ name }) => name)).toEqual(order);
    const met = operations().map(({ tags }) => tags![0]!);
    expect([...new Set(met)]).toEqual(order);
    expect(met).toEqual(order.flatMap((name) => met.filter((tag) => tag === name)));
  });

  test('explains every parameter and property', () => {
    const parameters = operations().flatMap(({ name, parameters: all }) =>
      all.filter((one) => !isSentence(one.description)).map((one) => `${name} ${one.name}`),
    );
    expect(parameters).toEqual([]);
    const properties = Object.entries(description.components.schemas).flatMap(([title, schema]) =>
      Object.entries(schema.properties ?? {})
        .filter(([, { description: words, $ref }]) => !$ref && !isSentence(words))
        .map(([name]) => `${title}.${name}`),
    );
    expect(properties).toEqual([]);
  });

  test('shows nothing that is made up', () => {
    const invented = /.{0,80}(?::"text"|"(?:quantity|number|itemCount|hourOfDay)":3\b)/g;
    expect(text.match(invented)).toBeNull();
  });

  test('uses every word of the glossary', () => {
    const schemas = Object.entries(description.components.schemas);
    const names = new Set([
      ...operations().flatMap(({ parameters }) => parameters.map(({ name }) => name)),
      ...schemas.flatMap(([title, { properties = {} }]) =>
        Object.keys(properties).flatMap((name) => [name, `${title}.${name}`]),
      ),
    ]);
    expect(Object.keys(glossary).filter((name) => !names.has(name))).toEqual([]);
  });
});
