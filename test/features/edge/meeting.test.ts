import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, VersioningType } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EdgeOptions } from 'nest-dual-id/edge';
import { ExplorerModule } from 'nest-dual-id/explorer';
import { RegistryModule } from 'nest-dual-id/registry';
import type { Api, ApiParts } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { Lines, startEdge, TokensModule } from './edge-api.js';

let library: Library;
let api: Api | undefined;
let lines: Lines;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

async function start(more: Partial<ApiParts>, options: EdgeOptions = {}): Promise<Api> {
  lines = new Lines();
  const parts = { url: library.url, entities: libraryEntities, ...more };
  return (api = await startEdge(parts, { log: { destination: lines }, ...options }));
}

const one = { address: { max: 1, window: 3_600_000 } };
const text = { type: 'string' } as const;

/** Nest's documented filter. */
@Catch()
class PlainFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const { status = 500 } = exception as { readonly status?: number };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    void reply.status(status).send({ statusCode: status, path: url.split('?')[0] });
  }
}

describe('the edge', () => {
  test('works with a global prefix and versions', async () => {
    const prepare: ApiParts['prepare'] = (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    };
    await start({ prepare }, { limits: one, health: ['/api/v1/health'] });
    expect((await api!.get('/api/v1/health/live')).status).toBe(200);
    expect((await api!.get('/api/v1/things')).status).toBe(204);
    expect((await api!.get('/api/v1/things')).status).toBe(429);
    expect((await api!.get('/api/v1/health/live')).status).toBe(200);
    const routes = (await lines.read(4)).map(({ route }) => route as string);
    expect(routes).toContain('/api/v1/things');
  });

  test('refuses in the form of the application’s errors, outside of its envelope', async () => {
    const errorFormat = {
      schema: { type: 'object', properties: { reason: text }, required: ['reason'] },
      from: ({ code }: { readonly code: string }) => ({ reason: code }),
    } as const;
    const envelope = {
      schema: { type: 'object', properties: { meta: { type: 'object', properties: {} } } },
      from: () => ({ meta: {} }),
    } as const;
    await start({ options: { errorFormat, envelope } }, { limits: one });
    expect((await api!.get('/health/live')).body).toHaveProperty('data');
    await api!.get('/things');
    const { status, body, headers } = await api!.get('/things');
    expect([status, body]).toEqual([429, { reason: 'too_many_requests' }]);
    expect(headers['content-type']).toContain('application/json');
  });

  test('leaves errors to a filter of the application, and its own refusals alone', async () => {
    const limits = { address: { max: 2, window: 3_600_000 } };
    await start({ prepare: (app) => app.useGlobalFilters(new PlainFilter()) }, { limits });
    expect((await api!.get('/things/failing')).body).toEqual({
      statusCode: 500,
      path: '/things/failing',
    });
    await api!.get('/things');
    expect((await api!.get('/things')).body.code).toBe('too_many_requests');
    const found = (await lines.read(3)).map(({ status }) => status as number);
    expect(found).toEqual([500, 204, 429]);
  });

  test.each([
    ['HEAD', '/health/live', 200, '/health/live'],
    ['OPTIONS', '/things', 204, undefined],
    ['PUT', '/things', 405, undefined],
    ['GET', '/nowhere', 404, undefined],
  ])('marks and logs %s %s as %i', async (method, path, status, route) => {
    await start({});
    const response = await api!.ask(method, path);
    expect(response.status).toBe(status);
    expect(response.headers['x-frame-options']).toBe('DENY');
    expect(await lines.read(1)).toMatchObject([
      { method, status, requestId: response.headers['x-request-id'] },
    ]);
    expect(JSON.parse(lines.texts[0]!).route).toBe(route);
  });

  test('leaves the explorer its own policy', async () => {
    const imports = [TokensModule, RegistryModule.forRoot({ api: 'open', resolve: 'open' })];
    await start({ imports: [...imports, ExplorerModule] });
    const { headers, status } = await api!.get('/explorer');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('meets injected requests, which have no connection', async () => {
    await start({});
    const { app } = api!;
    const injected = await app.inject({ method: 'GET', url: '/things' });
    expect(injected.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(await lines.read(1)).toMatchObject([{ status: 204, aborted: false }]);
  });
});
