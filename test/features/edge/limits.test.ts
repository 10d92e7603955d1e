import type { Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import type { EdgeLimitsOptions } from 'nest-dual-id/edge';
import { addressKey } from '../../../src/features/edge/limits/client-keys.js';
import type { Api } from '../../support/api.js';
import type { HttpResponse } from '../../support/http-client.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { setClock } from '../../support/skewed-clock.js';
import { rawConnection } from '../../support/raw-request.js';
import { known, lookups, slow, startEdge } from './edge-api.js';

let library: Library;
let api: Api | undefined;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

/** Windows longer than any test. */
const window = 3_600_000;
const plenty = { max: 1_000_000, window };

async function start(limits: EdgeLimitsOptions, trustProxy: boolean | string = true): Promise<Api> {
  const adapter = new DualIdFastifyAdapter({ trustProxy });
  const all = { address: plenty, credential: plenty, failures: plenty, ...limits };
  api = await startEdge({ url: library.url, entities: libraryEntities, adapter }, { limits: all });
  return api;
}

interface Client {
  readonly from?: string;
  readonly token?: string;
}

const get = (path: string, { from, token }: Client = {}): Promise<HttpResponse> =>
  api!.ask('GET', path, {
    headers: {
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
async function statuses(count: number, path: string, client?: (n: number) => Client) {
  const found: number[] = [];
  for (let n = 0; n < count; n++) found.push((await get(path, client?.(n))).status);
  return found;
}

describe('the limit of an address', () => {
  test('is refused as too_many_requests with Retry-After, for itself alone', async () => {
    await start({ address: { max: 2, window } });
    expect(await statuses(2, '/things', () => ({ from: '192.0.2.1' }))).toEqual([204, 204]);
    const { status, body, headers } = await get('/things', { from: '192.0.2.1' });
    expect([status, body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await get('/things', { from: '192.0.2.2' })).status).toBe(204);
  });

  test('holds for random tokens, before they are looked up', async () => {
    await start({ address: { max: 3, window } });
    const before = lookups.count;
    const found = await statuses(6, '/things/mine', (n) => ({ token: `garbage-${n}` }));
    expect(found).toEqual([401, 401, 401, 429, 429, 429]);
    expect(lookups.count - before).toBe(3);
  });

  test('counts addresses that no route has, and other methods', async () => {
    await start({ address: { max: 2, window } });
    expect(await statuses(3, '/nowhere')).toEqual([404, 404, 429]);
    expect((await api!.ask('DELETE', '/things')).status).toBe(429);
  });

  test('is one for a whole network of IPv6', async () => {
    await start({ address: { max: 1, window } });
    const of = (from: string) => get('/things', { from }).then(({ status }) => status);
    expect(await of('2001:db8:1:2::1')).toBe(204);
    expect(await of('2001:DB8:1:2:ffff::9')).toBe(429);
    expect(await of('2001:db8:1:3::1')).toBe(204);
    expect(await of('::ffff:192.0.2.7')).toBe(204);
    expect(await of('192.0.2.7')).toBe(429);
  });

  test('exempts health routes, but not what only looks like one', async () => {
    await start({ address: { max: 1, window } });
    expect(await statuses(3, '/health/live')).toEqual([200, 200, 200]);
    expect(await statuses(2, '/health/none')).toEqual([404, 429]);
    expect((await get('/health/live')).status).toBe(200);
  });

  test('forgets the address not seen for the longest time', async () => {
    await start({ address: { max: 1, window }, maxTracked: 2 });
    const of = async (last: number) => (await get('/things', { from: `192.0.2.${last}` })).status;
    expect([await of(1), await of(1), await of(2), await of(3)]).toEqual([204, 429, 204, 204]);
    expect(await of(1)).toBe(204);
  });
});

describe('the preflights of CORS', () => {
  const options = async (from: string, headers: Record<string, string>) =>
    (await api!.ask('OPTIONS', '/things', { headers: { origin: from, ...headers } })).status;
  const preflight = { 'access-control-request-method': 'POST' };
  const own = 'https://shop.example';

  test('are answered before the count, and other requests with OPTIONS are counted', async () => {
    const limits = { address: { max: 2, window } };
    const cors = { origins: [own] };
    api = await startEdge({ url: library.url, entities: libraryEntities }, { limits, cors });
    for (const from of [own, own, own, 'https://evil.example']) {
      expect(await options(from, preflight)).toBe(204);
    }
    const others = [await options(own, {}), await options(own, {}), await options(own, {})];
    expect(others).toEqual([204, 204, 429]);
    expect(await options(own, preflight)).toBe(204);
  });

  test('are counted like all requests where no origin is named', async () => {
    await start({ address: { max: 1, window } });
    expect(await options(own, preflight)).toBe(204);
    expect(await options(own, preflight)).toBe(429);
  });
});

describe('the limit of a credential', () => {
  test('holds wherever the requests come from, for itself alone', async () => {
    await start({ credential: { max: 2, window } });
    const { token } = known;
    const found = await statuses(3, '/things/mine', (n) => ({ from: `192.0.2.${n}`, token }));
    expect(found).toEqual([200, 200, 429]);
    expect((await get('/things/mine', { token: `${token}-2` })).status).toBe(200);
    expect((await get('/things')).status).toBe(204);
  });
});

describe('the limit of failed authentications', () => {
  test('refuses the address without looking anything up, and nobody else', async () => {
    await start({ failures: { max: 2, window } });
    const from = '192.0.2.1';
    const found = await statuses(2, '/things/mine', (n) => ({ from, token: `guess-${n}` }));
    expect(found).toEqual([401, 401]);
    const before = lookups.count;
    expect((await get('/things/mine', { from, token: 'guess-3' })).body.code).toBe(
      'too_many_requests',
    );
    expect((await get('/things/mine', { from, token: known.token })).status).toBe(429);
    expect(lookups.count).toBe(before);
    const other = { from: '192.0.2.2', token: known.token };
    expect((await get('/things/mine', other)).status).toBe(200);
  });

  test('counts clients that hang up before they are refused', async () => {
    await start({ failures: { max: 1, window } });
    const before = slow.arrived;
    const bytes = `GET /things/mine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer held\r\n\r\n`;
    const { socket } = await rawConnection(await api!.app.getUrl(), bytes);
    while (slow.arrived === before) await new Promise((resolve) => setTimeout(resolve, 5));
    const server = api!.app.getHttpServer() as Server;
    socket.destroy();
    const open = () =>
      new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
    while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    slow.release();
    let { status } = await get('/things');
    while (status !== 429) ({ status } = await get('/things'));
  });

  test('does not count what succeeds or fails otherwise', async () => {
    await start({ failures: { max: 1, window } });
    const { token } = known;
    expect(await statuses(2, '/things/forbidden', () => ({ token }))).toEqual([403, 403]);
    expect(await statuses(2, '/nowhere')).toEqual([404, 404]);
    // Any page can make a browser send these.
    expect(await statuses(2, '/things/mine')).toEqual([401, 401]);
    expect((await get('/things/mine', { token })).status).toBe(200);
  });
});

describe('@RateLimit', () => {
  test('gives a route limits and counts of its own', async () => {
    await start({ address: { max: 3, window } });
    expect(await statuses(3, '/things/strict')).toEqual([204, 204, 429]);
    expect(await statuses(4, '/things')).toEqual([204, 204, 204, 429]);
  });

  test('with none lets every request in', async () => {
    await start({ address: { max: 1, window } });
    expect(await statuses(3, '/things/free')).toEqual([204, 204, 204]);
  });
});

describe('behind a proxy', () => {
  test('without trustProxy the header is ignored, and that is logged once', async () => {
    await start({ address: { max: 2, window } }, false);
    const said: unknown[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (text) => said.push(text),
    });
    const found = await statuses(3, '/things', (n) => ({ from: `192.0.2.${n}` }));
    Logger.overrideLogger(false);
    expect(found).toEqual([204, 204, 429]);
    expect(said).toEqual([expect.stringContaining('Set trustProxy')]);
  });

  test('a client cannot choose its address in front of a proxy that is trusted', async () => {
    await start({ address: { max: 1, window } }, '127.0.0.1');
    const of = async (made: string) =>
      (await get('/things', { from: `${made}, 192.0.2.1` })).status;
    expect([await of('198.51.100.1'), await of('198.51.100.2')]).toEqual([204, 429]);
  });

  test('anything a proxy passes on is a key of a bounded length', () => {
    const normalize = (address: string) => address;
    const of = (ip: string) => addressKey({ ip } as never, normalize);
    expect(of('x'.repeat(9_000))).toHaveLength(43);
    expect(of('192.0.2.1:443')).not.toBe(of('192.0.2.2:443'));
    expect(of('fe80::1%eth0')).toBe('fe80::1');
    expect(addressKey({ ip: undefined } as never, normalize)).toHaveLength(43);
  });
});

test('a window ends by the clock of the process, so that setting it moves the end', async () => {
  await start({ address: { max: 1, window } });
  const at = async (skew: number) => {
    setClock(skew);
    const [status] = await statuses(1, '/things');
    setClock(0);
    return status;
  };
  expect([await at(0), await at(window - 60_000), await at(-window)]).toEqual([204, 429, 429]);
  expect([await at(window + 60_000), await at(window + 60_000)]).toEqual([204, 429]);
});

test('a second instance counts for itself', async () => {
  const first = await start({ address: { max: 1, window } });
  expect(await statuses(2, '/things')).toEqual([204, 429]);
  await start({ address: { max: 1, window } });
  expect(await statuses(2, '/things')).toEqual([204, 429]);
  await first.close();
});
