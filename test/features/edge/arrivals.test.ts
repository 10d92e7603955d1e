import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { EdgeOptions } from 'nest-dual-id/edge';
import { currentTrace } from 'nest-dual-id/edge';
import type { Api } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';
import { Lines, startEdge } from './edge-api.js';

let library: Library;
let api: Api | undefined;
let lines: Lines;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

async function start(options: EdgeOptions = {}): Promise<Api> {
  lines = new Lines();
  const parts = { url: library.url, entities: libraryEntities };
  return (api = await startEdge(parts, { log: { destination: lines }, ...options }));
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const idFor = async (sent: string) =>
  (await api!.ask('GET', '/things', { headers: { 'x-request-id': sent } })).headers['x-request-id'];

describe('the id of a request', () => {
  test('is new, sent back, and in the log; that of a client is not kept', async () => {
    await start();
    const id = await idFor('0a1b2c3d-from-client');
    expect(id).toMatch(uuid);
    const [line] = await lines.read(1);
    expect(line.requestId).toBe(id);
  });

  test('is that of a trusted proxy, if it is well-formed', async () => {
    await start({ trustRequestId: true });
    expect(await idFor('0a1b2c3d-from-proxy')).toBe('0a1b2c3d-from-proxy');
    for (const odd of [
      'short',
      'x'.repeat(129),
      'has spaces in it',
      'semi;colons',
      '"quoted-id"',
    ]) {
      expect(await idFor(odd)).toMatch(uuid);
    }
  });

  test.each([
    '/nowhere',
    '/%zz',
    '/things/failing',
    '/things?id=7',
    `/things/named/${'x'.repeat(200)}`,
  ])('is sent back for %s', async (path) => {
    await start();
    const { headers, status } = await api!.get(path);
    expect(headers['x-request-id']).toMatch(uuid);
    expect(await lines.read(1)).toMatchObject([{ status, requestId: headers['x-request-id'] }]);
  });
});

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traced = async (traceparent?: string, more: Record<string, string> = {}) => {
  const headers = { ...(traceparent === undefined ? {} : { traceparent }), ...more };
  return (await api!.ask('GET', '/things/trace', { headers })).body as Record<string, string>;
};

describe('a trace', () => {
  test('is continued by a span of its own', async () => {
    await start();
    const trace = await traced(`00-${traceId}-${spanId}-01`, { tracestate: 'vendor=value' });
    expect(trace['trace']).toBe(traceId);
    expect(trace['span']).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
    expect(trace['traceparent']).toBe(`00-${traceId}-${trace['span']}-01`);
    expect(trace['tracestate']).toBe('vendor=value');
    expect(await lines.read(1)).toMatchObject([{ traceId, spanId: trace['span'] }]);
  });

  test('keeps the decision of its caller, and reads later versions', async () => {
    await start();
    expect((await traced(`00-${traceId}-${spanId}-00`))['traceparent']).toMatch(/-00$/);
    const later = await traced(`cc-${traceId}-${spanId}-03-more`);
    expect(later['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  });

  test.each([
    undefined,
    'nonsense',
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
  ])('begins where the header is %s', async (sent) => {
    await start();
    const trace = await traced(sent, { tracestate: 'vendor=value' });
    expect(trace['trace']).toMatch(/^[0-9a-f]{32}$/);
    expect(trace['trace']).not.toBe(traceId);
    expect(trace).not.toHaveProperty('tracestate');
    expect(trace['traceparent']).toBe(`00-${trace['trace']}-${trace['span']}-01`);
  });

  test('reaches handlers whose body had to be waited for', async () => {
    await start();
    const body = '{"text":"x"}';
    const head = [
      'POST /things/trace HTTP/1.1',
      'Host: x',
      `traceparent: 00-${traceId}-${spanId}-01`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
      'Connection: close',
    ];
    const url = await api!.app.getUrl();
    const { socket, text, ended } = await rawConnection(url, `${head.join('\r\n')}\r\n\r\n`);
    while (!text().includes('100 Continue')) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.write(body);
    expect(await ended).toContain(`"trace":"${traceId}"`);
  });

  test('is known only within a request, and not if traces are off', async () => {
    await start({ trace: false });
    expect(currentTrace()).toBeUndefined();
    const { text } = await api!.get('/things');
    expect(text).toBe('');
    const [line] = await lines.read(1);
    expect(line).not.toHaveProperty('traceId');
  });
});
