import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';
import { known, Lines, slow, startEdge } from './edge-api.js';

let library: Library;
let api: Api | undefined;
let lines: Lines;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

const parts = () => ({ url: library.url, entities: libraryEntities });

async function start(): Promise<Api> {
  lines = new Lines();
  return (api = await startEdge(parts(), { log: { destination: lines } }));
}

const fields = [
  'aborted',
  'bytes',
  'keyUuid',
  'level',
  'method',
  'milliseconds',
  'principalUuid',
  'requestId',
  'route',
  'spanId',
  'status',
  'time',
  'traceId',
];

describe('the line of a response', () => {
  test('names the route, the outcome and who asked', async () => {
    await start();
    const headers = { authorization: `Bearer ${known.token}` };
    const { text } = await api!.ask('GET', '/things/mine', { headers });
    const [line] = await lines.read(1);
    expect(line).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/things/mine',
      status: 200,
      bytes: Buffer.byteLength(text),
      keyUuid: known.keyUuid,
      principalUuid: known.uuid,
      aborted: false,
    });
    expect(line.milliseconds).toBeGreaterThanOrEqual(0);
    expect(Object.keys(line).toSorted()).toEqual(fields);
  });

  test('names who was refused, but nobody where nobody was told', async () => {
    await start();
    const headers = { authorization: `Bearer ${known.token}` };
    await api!.ask('GET', '/things/forbidden', { headers });
    await api!.get('/things/mine');
    const [forbidden, unknown] = await lines.read(2);
    expect(forbidden).toMatchObject({ status: 403, principalUuid: known.uuid });
    expect(unknown.status).toBe(401);
    expect(unknown).not.toHaveProperty('principalUuid');
  });

  test('has no bytes for HEAD, and no route where none was found', async () => {
    await start();
    await api!.ask('HEAD', '/health/live');
    await api!.get('/nowhere');
    const [head, nowhere] = await lines.read(2);
    expect(head).toMatchObject({ method: 'HEAD', status: 200, bytes: 0 });
    expect(nowhere.status).toBe(404);
    expect(nowhere).not.toHaveProperty('route');
  });

  test('says that the client left', async () => {
    await start();
    const before = slow.arrived;
    const url = await api!.app.getUrl();
    const { socket } = await rawConnection(url, 'GET /things/slow HTTP/1.1\r\nHost: x\r\n\r\n');
    while (slow.arrived === before) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    const [line] = await lines.read(1);
    slow.release();
    expect(line).toMatchObject({ route: '/things/slow', aborted: true });
    expect(line).not.toHaveProperty('status');
  });

  test('is written for requests that the gate and the limits refuse', async () => {
    lines = new Lines();
    const limits = { address: { max: 1, window: 3_600_000 } };
    const options = { allowedHosts: ['api.example'] };
    api = await startEdge({ ...parts(), options }, { limits, log: { destination: lines } });
    const headers = { host: 'api.example' };
    await api.get('/things');
    for (let n = 0; n < 2; n++) await api.ask('GET', '/things', { headers });
    const statuses = (await lines.read(3)).map(({ status }) => status as number);
    expect(statuses).toEqual([421, 204, 429]);
  });
});

test('a secret is in no line, wherever it was sent', async () => {
  await start();
  const secret = 'planted-canary-7700000000001';
  const headers = {
    authorization: `Bearer ${secret}`,
    cookie: `session=${secret}`,
    'x-request-id': secret,
    'user-agent': secret,
    referer: `https://${secret}.example/`,
    'x-api-key': secret,
    tracestate: `vendor=${secret}`,
    traceparent: `00-${secret}`,
  };
  const paths: readonly [string, string, unknown?][] = [
    ['GET', `/things?q=${secret}`],
    ['GET', `/things?${secret}=1`],
    ['GET', `/things/named/${secret}`],
    ['GET', '/things/mine'],
    ['GET', `/${secret}`],
    ['DELETE', `/things/named/${secret}`],
    ['GET', `/%zz${secret}`],
    ['GET', '/things/failing'],
    ['POST', '/things/trace', { text: secret }],
    ['POST', '/things/trace', { text: 5, [secret]: 1 }],
    ['POST', '/things/trace', `{"${secret}`],
  ];
  const statuses: number[] = [];
  for (const [method, path, body] of paths) {
    const sent = body === undefined ? { headers } : { headers, body };
    statuses.push((await api!.ask(method, path, sent)).status);
  }
  for (const status of [201, 204, 400, 401, 404, 405, 500]) expect(statuses).toContain(status);
  await lines.read(paths.length);
  expect(lines.texts.join('')).not.toContain(secret);
  expect(lines.texts.join('')).not.toContain('secret of the handler');
});

test('a destination that fails ends neither the request nor the process', async () => {
  const destination = {
    write: () => {
      throw new Error('The disk is full.');
    },
  };
  api = await startEdge(parts(), { log: { destination } });
  expect((await api.get('/things')).status).toBe(204);
  expect((await api.get('/health/live')).status).toBe(200);
});
