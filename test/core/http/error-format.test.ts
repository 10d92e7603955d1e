import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Controller, ForbiddenException, Get, NotFoundException } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ReturnsSchema } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { capturingLog } from '../../../src/features/testing/log-capture.js';
import type { Api, ApiParts } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';

/** A filter that responds in its own form. */
@Catch()
class PlainFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(404).send({ statusCode: 404, invoiceId: 7_700_000_000_000 });
  }
}

@Controller()
class FailingRoutes {
  @Get('missing')
  @ReturnsSchema({ type: 'object', properties: {} })
  missing() {
    throw new NotFoundException('Invoice 7700000000000');
  }
}

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

async function using(parts: Partial<ApiParts>, work: (api: Api) => Promise<void>): Promise<void> {
  const base = { url: database.url, entities: [], controllers: [FailingRoutes] };
  const api = await startApi({ ...base, ...parts });
  await work(api).finally(() => api.close());
}

function fail(): never {
  throw new Error('no body');
}

/** Middleware that fails, or writes past the checks. */
function useMiddleware(app: Api['app']): void {
  app.use((request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => {
    if (request.url?.endsWith('?fail')) return next(new ForbiddenException());
    if (request.url?.endsWith('?write')) return void response.end('7700000000000');
    next();
  });
}

describe('another error format', () => {
  const options: DualIdModuleOptions = {
    errorFormat: {
      schema: {
        type: 'object',
        properties: { reason: { type: 'string' }, status: { type: 'integer' } },
        required: ['reason'],
        additionalProperties: false,
      },
      from: ({ code, status }) => ({ reason: code, status, id: 7_700_000_000_000 }),
      mediaType: 'application/vnd.error+json',
    },
  };

  test('applies to every error, and contains what its schema declares', () =>
    using({ options }, async (api) => {
      const missing = await api.get('/missing');
      expect(missing.body).toEqual({ reason: 'not_found', status: 404 });
      expect(missing.headers['content-type']).toBe('application/vnd.error+json; charset=utf-8');
      expect((await api.get('/nowhere')).body).toEqual({ reason: 'route_not_found', status: 404 });
      expect((await api.get('/missing?id=7')).body).toMatchObject({
        reason: 'internal_id_refused',
      });
    }));

  test('applies to requests that never reached a route, and to a blocked response', () =>
    using({ options, prepare: useMiddleware }, async (api) => {
      for (const [path, json] of [
        ['/missing?fail', { reason: 'forbidden', status: 403 }],
        ['/missing?write', { reason: 'internal', status: 500 }],
      ] as const) {
        const answer = await api.get(path);
        expect(answer.body).toEqual(json);
        expect(answer.headers['content-type']).toBe('application/vnd.error+json; charset=utf-8');
      }
    }));

  test.each<[string, () => object]>([
    ['throws', fail],
    ['makes less than its schema asks for', () => ({})],
    ['makes no object', () => Promise.resolve({ reason: 'late' })],
  ])('is still a problem if it %s', (_what, from) =>
    using(
      { options: { errorFormat: { ...options.errorFormat!, from } }, prepare: useMiddleware },
      async (api) => {
        const { result, lines } = await capturingLog(() =>
          Promise.all(['/missing', '/missing?fail', '/missing?write'].map((path) => api.get(path))),
        );
        expect(result.map(({ body }) => body.code)).toEqual(['not_found', 'forbidden', 'internal']);
        for (const { headers } of result)
          expect(headers['content-type']).toContain('application/problem+json');
        expect(lines.join('')).toContain('The errorFormat made no body of not_found');
      },
    ),
  );

  test('applies to filters of the application as well', () =>
    using({ options, providers: [{ provide: APP_FILTER, useClass: PlainFilter }] }, async (api) => {
      const { status, text } = await api.get('/missing');
      expect(status).toBe(500);
      expect(text).not.toContain('77000');
    }));

  test('is refused if its schema is open', async () => {
    const open = { ...options.errorFormat!, schema: { type: 'object' } };
    await expect(using({ options: { errorFormat: open } }, async () => {})).rejects.toThrow(
      'The errorFormat is an object without declared properties',
    );
  });
});
