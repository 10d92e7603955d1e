import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { ReturnsNothing } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { rawConnection } from '../../support/raw-request.js';

let handled = 0;

@Controller('tasks')
class TasksController {
  @Get()
  @ReturnsNothing()
  list(): void {
    handled += 1;
  }

  @Post()
  @ReturnsNothing()
  create(): void {
    handled += 1;
  }
}

const hosts = { allowedHosts: ['api.example.com', 'localhost:3000'] };
const trusted = { trustedOrigins: ['https://app.example.com'] };

let database: TestDatabase;
let open: Api;
let closed: Api;
const parts = () => ({ url: database.url, entities: [], controllers: [TasksController] });
beforeAll(async () => {
  database = await freshDatabase();
  open = await startApi({ ...parts(), options: trusted });
  closed = await startApi({ ...parts(), options: hosts });
});
afterAll(async () => {
  await open.close();
  await closed.close();
  await database.drop();
});

const exchange = async (api: Api, head: string) =>
  (await rawConnection(await api.app.getUrl(), `${head}\r\nConnection: close\r\n\r\n`)).ended;

describe('a host', () => {
  test.each(['GET /tasks', 'POST /tasks', 'GET /nowhere'])(
    'given twice is refused: %s',
    async (line) => {
      for (const second of ['Host: b', 'host: a', 'HOST: a']) {
        const text = await exchange(open, `${line} HTTP/1.1\r\nHost: a\r\n${second}`);
        expect(text).toMatch(/^HTTP\/1.1 400 /);
        expect(text).toContain('"code":"invalid_header"');
      }
    },
  );

  test('may be any if none are configured', async () => {
    expect((await open.ask('GET', '/tasks', { headers: { host: 'evil.example' } })).status).toBe(
      204,
    );
  });

  test.each([
    ['api.example.com', 204],
    ['API.example.com', 204],
    ['api.example.com:8443', 204],
    ['localhost:3000', 204],
    ['localhost', 421],
    ['localhost:3001', 421],
    ['evil.example', 421],
    ['api.example.com.evil.example', 421],
    ['evil.example:api.example.com', 421],
  ])('%s gets status %d if some are configured', async (host, status) => {
    for (const path of ['/tasks', '/nowhere']) {
      const answer = await closed.ask('GET', path, { headers: { host } });
      const expected = path === '/tasks' || status === 421 ? status : 404;
      expect(answer.status).toBe(expected);
      if (status === 421) expect(answer.body.code).toBe('misdirected_request');
    }
  });

  test('of an absolute-form address takes precedence over the header', async () => {
    const to = (host: string) =>
      exchange(closed, `GET http://${host}/tasks HTTP/1.1\r\nHost: api.example.com`);
    expect(await to('evil.example')).toMatch(/^HTTP\/1.1 421 /);
    expect(await to('api.example.com')).not.toMatch(/^HTTP\/1.1 421 /);
  });
});

describe('a request that changes state and carries cookies', () => {
  const cookie = 'session=1';
  const host = 'api.example.com';
  const own = 'http://api.example.com';

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another part of the site', { 'sec-fetch-site': 'same-site' }],
    ['a site nobody knows', { 'sec-fetch-site': 'x' }],
    ['another site that names the own origin', { 'sec-fetch-site': 'cross-site', origin: own }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another port', { origin: `${own}:81` }],
    ['an opaque origin', { origin: 'null' }],
    ['a longer origin', { origin: `${own}.evil.example` }],
  ])('from %s is refused', async (_what, headers) => {
    handled = 0;
    const sent = { headers: { cookie, host, ...headers } };
    for (const path of ['/tasks', '/nowhere']) {
      const { status, body } = await open.ask('POST', path, sent);
      expect([status, body.code]).toEqual([403, 'cross_site_refused']);
    }
    expect(handled).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ['the own origin', { 'sec-fetch-site': 'same-origin', origin: own }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['the own origin in an old browser', { origin: own }],
    ['the own origin with its port', { origin: own, host: 'api.example.com:80' }],
    ['a trusted origin', { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' }],
    ['no browser', {}],
  ])('from %s passes', async (_what, headers) => {
    const sent = { headers: { cookie, host, ...headers } };
    expect((await open.ask('POST', '/tasks', sent)).status).toBe(204);
  });

  test('is the only kind that is checked', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await open.ask('POST', '/tasks', { headers: foreign })).status).toBe(204);
    const read = await open.ask('GET', '/tasks', { headers: { ...foreign, cookie } });
    expect(read.status).toBe(204);
  });
});

test.each(['app.example.com', 'https://app.example.com/', 'https://*.example.com/x', ''])(
  'an application that trusts %j does not boot',
  async (origin) => {
    const options = { trustedOrigins: [origin] };
    expect(await refusalOf({ ...parts(), options })).toContain('which is not an origin');
  },
);
