import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { HttpResponse } from '../../support/http-client.js';
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
const seven = '01890a5d-ac96-774b-bcce-b302099a8057';
const line = { bookUuid: uuid, quantity: 5 };
const parcel = { postalCode: '12345', lines: [line] };
const order = { authorUuid: uuid, note: 'q=365', parcel };

const post = (body: unknown, path = '/orders') => api.ask('POST', path, { body });
const accepted = ({ body }: HttpResponse) => JSON.parse(body.body as string) as object;

async function refusal(sent: unknown, path?: string): Promise<unknown> {
  const { status, body } = await post(sent, path);
  const errors = (body.errors ?? []) as { pointer: string; detail: string }[];
  return [status, body.code, ...errors.map(({ pointer, detail }) => `${pointer} ${detail}`)];
}

describe('a body', () => {
  test('that satisfies the rules passes, and its public ids are lower-case inside', async () => {
    expect(accepted(await post(order))).toEqual(order);
    const upper = uuid.toUpperCase();
    const shouted = {
      ...order,
      authorUuid: upper,
      licenceUuid: null,
      readerUuids: [upper, uuid],
      parcel: { ...parcel, lines: [{ ...line, bookUuid: upper }] },
    };
    const whispered = { ...order, licenceUuid: null, readerUuids: [uuid, uuid] };
    expect(accepted(await post(shouted))).toEqual(whispered);
    expect(accepted(await post({ ...order, licenceUuid: seven }))).toMatchObject({
      licenceUuid: seven,
    });
  });

  test.each<[object, string]>([
    [{ authorUuid: 42 }, '/authorUuid is a number; public ids are UUIDs'],
    [{ authorUuid: '42' }, '/authorUuid is a number; public ids are UUIDs'],
    [{ authorUuid: `${uuid} ` }, '/authorUuid is not a public id'],
    [{ authorUuid: seven }, '/authorUuid is not a public id'],
    [{ authorUuid: { uuid } }, '/authorUuid is not a public id'],
    [{ authorUuid: [uuid] }, '/authorUuid is not a public id'],
    [{ authorUuid: true }, '/authorUuid is not a public id'],
    [{ readerUuids: [uuid, 7] }, '/readerUuids/1 is a number; public ids are UUIDs'],
    [{ readerUuids: uuid }, '/readerUuids is not a list of public ids'],
    [{ readerUuids: uuid.slice(1) }, '/readerUuids is not a public id'],
    [
      { parcel: { lines: [line, { bookUuid: 'x' }] } },
      '/parcel/lines/1/bookUuid is not a public id',
    ],
  ])('with %j is refused for its public id', async (wrong, error) => {
    const body = { ...order, ...wrong };
    expect(await refusal(body)).toEqual([400, 'malformed_public_id', error]);
    expect(await refusal(wrong, '/orders/change')).toEqual([400, 'malformed_public_id', error]);
    expect(await refusal({ ...body, sequelUuid: uuid }, '/orders/special')).toEqual([
      400,
      'malformed_public_id',
      error,
    ]);
  });

  test.each(['id', 'authorId', 'author_id', 'ID', 'orderID'])(
    'with the name %s anywhere is refused',
    async (name) => {
      for (const [wrong, at] of [
        [{ [name]: 1 }, `/${name}`],
        [{ parcel: { ...parcel, [name]: null } }, `/parcel/${name}`],
        [
          { parcel: { lines: [{ 'a/b~c': [{ [name]: {} }] }] } },
          `/parcel/lines/0/a~1b~0c/0/${name}`,
        ],
      ] as const) {
        const error = `${at} has the name of an internal id`;
        expect(await refusal({ ...order, ...wrong })).toEqual([400, 'internal_id_refused', error]);
      }
    },
  );

  test('lists twenty errors and no more', async () => {
    const many = Array.from({ length: 500 }, () => ({ id: 1 }));
    expect((await refusal({ ...order, many })) as string[]).toHaveLength(22);
    const unknown = Object.fromEntries(many.map((_, index) => [`x${index}`, 1]));
    expect((await refusal({ ...order, ...unknown })) as string[]).toHaveLength(22);
  });
});
