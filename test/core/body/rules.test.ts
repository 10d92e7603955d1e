import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import { OrdersController } from './order.controller.js';

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  const controllers = [OrdersController];
  const url = urlAs('application', database.url);
  api = await startApi({ url, entities: libraryEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const line = { bookUuid: uuid, quantity: 5 };
const parcel = { postalCode: '12345', lines: [line] };
const order = { authorUuid: uuid, note: 'q=365', parcel };

const post = (body: unknown, path = '/orders') => api.ask('POST', path, { body });

async function refusal(sent: unknown, path?: string): Promise<unknown> {
  const { status, body } = await post(sent, path);
  const errors = (body.errors ?? []) as { pointer: string; detail: string }[];
  return [status, body.code, ...errors.map(({ pointer, detail }) => `${pointer} ${detail}`)];
}

describe('a body', () => {
  test.each<[object, string]>([
    [{ extra: 1 }, '/extra is not a property of this body'],
    [{ 'a/b~c': 1 }, '/a~1b~0c is not a property of this body'],
    [{ toString: 1 }, '/toString is not a property of this body'],
    [{ hasOwnProperty: 1 }, '/hasOwnProperty is not a property of this body'],
    [{ constructor: 1 }, '/constructor is not a property of this body'],
    [{ parcel: { ...parcel, extra: {} } }, '/parcel/extra is not a property of this body'],
    [{ note: '' }, '/note must be longer than or equal to 1 characters'],
    [{ note: 'x'.repeat(11) }, '/note must be shorter than or equal to 10 characters'],
    [
      { note: 5 },
      '/note must be longer than or equal to 1 and shorter than or equal to 10 characters',
    ],
    [{ note: 'a\0b' }, '/note is not a text that can be stored'],
    [{ note: '\udc00' }, '/note is not a text that can be stored'],
    [{ 'a\0b': 1 }, '/a\uFFFDb has a name that cannot be stored'],
    [{ parcel: { ...parcel, '\ud800': 1 } }, '/parcel/\uFFFD has a name that cannot be stored'],
    [{ note: [{ '\udc00x': 1 }] }, '/note/0/\uFFFDx has a name that cannot be stored'],
    [
      { [`${'a'.repeat(99)}\u{1F600}`]: 1 },
      ' has a property whose name is longer than 100 characters',
    ],
    [{ authorUuid: undefined }, '/authorUuid is required'],
    [{ parcel: undefined }, '/parcel is required'],
    [{ parcel: null }, '/parcel must be an object'],
    [{ parcel: [] }, '/parcel must be an object'],
    [{ parcel: [parcel] }, '/parcel must be an object'],
    [{ parcel: 'x' }, '/parcel must be an object'],
    [{ parcel: { ...parcel, lines: {} } }, '/parcel/lines must be an array'],
    [{ parcel: { ...parcel, lines: [] } }, '/parcel/lines must contain at least 1 elements'],
    [{ parcel: { ...parcel, lines: [[]] } }, '/parcel/lines each value in lines must be an object'],
    [
      { parcel: { ...parcel, lines: [[line]] } },
      '/parcel/lines each value in lines must be an object',
    ],
    [
      { parcel: { ...parcel, lines: [null] } },
      '/parcel/lines each value in lines must be an object',
    ],
    [
      { parcel: { ...parcel, lines: [line, line, line, line] } },
      '/parcel/lines must contain no more than 3 elements',
    ],
    [
      { parcel: { ...parcel, lines: [line, { ...line, quantity: 1.5 }] } },
      '/parcel/lines/1/quantity must be an integer number',
    ],
    [
      { parcel: { ...parcel, lines: [{ ...line, quantity: 1e300 }] } },
      '/parcel/lines/0/quantity must not be greater than 999',
    ],
    [
      { parcel: { ...parcel, lines: [{ ...line, quantity: '5' }] } },
      '/parcel/lines/0/quantity must not be greater than 999',
    ],
  ])('with %j is refused by its rule', async (wrong, error) => {
    const [status, code, first] = (await refusal({ ...order, ...wrong })) as unknown[];
    expect([status, code, first]).toEqual([400, 'invalid_body', error]);
  });

  test('nested deeper than any input is refused, not walked', async () => {
    const nest = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(await refusal(nest(20))).toContain('/a is not a property of this body');
    for (const deep of [
      nest(40),
      nest(20_000),
      `{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`,
    ]) {
      const [status, code, error] = (await refusal(deep)) as string[];
      expect([status, code]).toEqual([400, 'invalid_body']);
      expect(error).toMatch(/nested too deeply$/);
    }
  });

  test('is refused for unknown names before any rule runs', async () => {
    expect(await refusal({ authorUuid: uuid, extra: 1, parcel: { more: 1 } })).toEqual([
      400,
      'invalid_body',
      '/extra is not a property of this body',
      '/parcel/more is not a property of this body',
    ]);
  });

  test('lists the faults of every property', async () => {
    expect(await refusal({ authorUuid: uuid })).toEqual([
      400,
      'invalid_body',
      '/note is required',
      '/parcel is required',
    ]);
  });
});
