import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import { KeyDesk, keysModule, migrateStock, StockController } from './stock.js';

let example: Example;
beforeAll(async () => {
  example = await startExample({
    entities: [],
    controllers: [StockController],
    imports: [keysModule('5c'.repeat(32))],
    migrate: migrateStock,
  });
});
afterAll(() => example.stop());

const read = async (token?: string, scheme = 'Bearer') => {
  const headers = token === undefined ? {} : { authorization: `${scheme} ${token}` };
  return (await example.ask('GET', '/stock', { headers })).status;
};
const create = async (scopes: string[]): Promise<{ uuid: string; token: string }> =>
  (
    await example.ask('POST', '/keys', {
      body: { name: 'till', scopes },
      headers: { cookie: 'role=administrator' },
    })
  ).body;

test('a request needs a key with the right scope', async () => {
  const [right, wrong] = [await create(['stock:read']), await create(['stock:write'])];
  expect(right.token).toMatch(/^stock_live_/);
  expect([await read(right.token), await read(right.token, 'bearer')]).toEqual([204, 204]);
  expect([await read(wrong.token), await read(), await read('stock_live_x')]).toEqual([
    403, 401, 401,
  ]);
});

test('an administrator renews, revokes and takes over keys', async () => {
  const desk = new KeyDesk(example.app.get(ApiKeys));
  const { uuid, token } = await create(['stock:read']);
  const next = await desk.renew(uuid);
  expect([await read(token), await read(next)]).toEqual([204, 204]);
  const old = 'stk-4f00000000000000000000000000000a';
  await desk.takeOver(createHash('sha256').update(old).digest('hex'));
  expect(await read(old)).toBe(204);
  const principalUuid = newPublicId(4);
  const bound = { name: 'till', scopes: ['stock:read'], principalUuid };
  const issued = await example.app.get(ApiKeys).create(bound);
  expect(await read(issued.token)).toBe(204);
  await desk.revokeAll(principalUuid);
  expect([await read(issued.token), await read(next)]).toEqual([401, 204]);
});
