import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Controller, Get, HttpException, Inject, NotFoundException } from '@nestjs/common';
import { Module, UseFilters } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule } from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problem, ProblemFilter, ReturnsSchema } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';
import type { Api, ApiParts } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';

const schema = { type: 'object', properties: {} } as const;

/** Nest's documented filter, with properties that a careless author might add. */
@Catch(HttpException)
class DocumentedFilter implements ExceptionFilter {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const status = exception.getStatus();
    void response.status(status).send({
      statusCode: status,
      timestamp: new Date().toISOString(),
      path: request.url,
      message: exception.message,
      invoiceId: 7_700_000_000_000,
    });
  }
}

const seen: unknown[] = [];

@Catch()
class ObservingFilter implements ExceptionFilter {
  constructor(@Inject(ProblemFilter) private readonly problems: ProblemFilter) {}

  catch(exception: unknown, host: ArgumentsHost): unknown {
    seen.push(exception);
    return this.problems.answer(exception, host);
  }
}

@Catch()
class BaseObserver extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    seen.push(exception);
    super.catch(exception, host);
  }
}

@Catch(NotFoundException)
class ScribblingFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(404)
      .send({ row: 7_700_000_000_000 });
  }
}

@Controller()
class FailingRoutes {
  @Get('missing')
  @ReturnsSchema(schema)
  missing() {
    throw new NotFoundException('Invoice 7700000000000');
  }

  @Get('gone')
  @ReturnsSchema(schema)
  gone() {
    throw problem('gone');
  }

  @Get('scribbled')
  @UseFilters(ScribblingFilter)
  @ReturnsSchema(schema)
  scribbled() {
    throw new NotFoundException();
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

const provided = (useClass: new (...args: never[]) => ExceptionFilter, more: object = {}) => ({
  providers: [{ provide: APP_FILTER, useClass }],
  ...more,
});
const globally = (filter: ExceptionFilter) => ({
  prepare: (app: Api['app']) => void app.useGlobalFilters(filter),
});

describe('Nest’s documented filter', () => {
  test.each([
    ['as APP_FILTER', provided(DocumentedFilter)],
    ['by useGlobalFilters', globally(new DocumentedFilter())],
  ])('%s responds in its own form, and lets no message or other property out', (_how, parts) =>
    using(parts, async (api) => {
      for (const path of ['/missing', '/nowhere']) {
        const { status, body, text } = await api.get(path);
        expect(status).toBe(404);
        expect(body).toEqual({ statusCode: 404, timestamp: expect.any(String), path });
        expect(text).not.toContain('77000');
      }
      // What it does not catch is still a problem.
      expect((await api.get('/gone')).body.code).toBe('gone');
    }),
  );

  test('shows messages if they are kept', () =>
    using(provided(DocumentedFilter, { options: { exceptionMessages: 'keep' } }), async (api) => {
      const { body } = await api.get('/missing');
      expect(body.message).toBe('Invoice 7700000000000');
      expect(body.invoiceId).toBeUndefined();
    }));
});

describe('a filter that observes', () => {
  test('delegates to the library’s, which responds as usual', () =>
    using(provided(ObservingFilter), async (api) => {
      seen.length = 0;
      expect((await api.get('/gone')).body.code).toBe('gone');
      expect((await api.get('/missing')).body.code).toBe('not_found');
      expect(seen.length).toBe(2);
    }));

  test('and extends Nest’s own leaves a problem of the same status', () =>
    using(provided(BaseObserver as never), async (api) => {
      seen.length = 0;
      for (const [path, status, code] of [
        ['/missing', 404, 'not_found'],
        ['/gone', 410, 'gone'],
      ] as const) {
        const { body, text } = await api.get(path);
        expect([body.status, body.code]).toEqual([status, code]);
        expect(text).not.toContain('77000');
      }
      expect(seen.length).toBe(2);
    }));
});

test('a filter of one route that sends something else is a 500 that reveals nothing', () =>
  using({}, async (api) => {
    const { status, body, text } = await api.get('/scribbled');
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(text).not.toContain('77000');
  }));

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

  test('applies to blocked responses, and when middleware throws', () => {
    @Module({})
    class Throwing implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        const fail = () => {
          throw problem('unauthenticated');
        };
        consumer.apply(fail).forRoutes('gone');
      }
    }
    const write = (_: unknown, { raw }: FastifyReply) => void raw.end('7700000000000');
    const prepare = (app: Api['app']) =>
      app.getHttpAdapter().getInstance().addHook('preHandler', write);
    return using({ options, imports: [Throwing], prepare }, async (api) => {
      for (const [path, reason, status] of [
        ['/missing', 'internal', 500],
        ['/gone', 'unauthenticated', 401],
      ] as const) {
        const { headers, body } = await api.get(path);
        expect(body).toEqual({ reason, status });
        expect(headers['content-type']).toBe('application/vnd.error+json; charset=utf-8');
      }
    });
  });

  test('applies to filters of the application as well', () =>
    using({ options, ...provided(DocumentedFilter) }, async (api) => {
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
