import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Catch, VersioningType } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { problem } from 'nest-dual-id';
import { BadgeModule, badges, NotesController, permissions } from '../../examples/badges.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { rawConnection } from '../../support/raw-request.js';

const clerk = '4d0d5d6e-7d2c-4a57-9a43-6b1c2f3a4b5c';
let release: () => void = () => undefined;
let arrive: () => void = () => undefined;
const arrival = new Promise<void>((resolve) => (arrive = resolve));
badges.set('clerk', () => ({ principalUuid: clerk, scopes: undefined }));
badges.set('down', () => {
  throw problem('unavailable', { retryAfter: 3 });
});
badges.set('slow', (() => {
  arrive();
  return new Promise((resolve) => {
    release = () => resolve({ principalUuid: clerk, scopes: undefined });
  });
}) as never);
permissions.set(clerk, new Set());

/** A filter of the application, which must not turn a refusal into something else. */
@Catch()
class TeapotFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(418).send({ message: 'tea' });
  }
}

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  api = await startApi({
    url: database.url,
    entities: [],
    controllers: [NotesController],
    imports: [BadgeModule],
    providers: [{ provide: APP_FILTER, useClass: TeapotFilter }],
    options: {
      errorFormat: {
        schema: {
          type: 'object',
          properties: { error: { type: 'string' } },
          required: ['error'],
          additionalProperties: false,
        },
        from: ({ code }) => ({ error: code }),
      },
    },
    prepare: (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    },
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const ask = (path: string, badge?: string) =>
  api.ask('GET', `/api/v1/notes/${path}`, {
    headers: badge === undefined ? {} : { authorization: `Bearer ${badge}` },
  });

test('a refusal has the error format of the application, under a prefix and a version', async () => {
  const anonymous = await ask('mine');
  expect([anonymous.status, anonymous.body]).toEqual([401, { error: 'unauthenticated' }]);
  expect(anonymous.headers['www-authenticate']).toBe('Bearer');
  const lacking = await ask('all', 'clerk');
  expect([lacking.status, lacking.body]).toEqual([403, { error: 'forbidden' }]);
  expect((await ask('mine', 'clerk')).body).toEqual({ who: clerk, owner: null });
});

test('an authenticator whose database is away is no refusal of the caller', async () => {
  const { status, text } = await ask('mine', 'down');
  expect(status).not.toBe(401);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text).not.toContain('who');
});

test('a client that leaves while it is recognized disturbs nobody', async () => {
  const head = 'GET /api/v1/notes/mine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer slow\r\n\r\n';
  const { socket } = await rawConnection(await api.app.getUrl(), head);
  await arrival;
  socket.destroy();
  release();
  expect((await ask('own', 'clerk')).body).toEqual({ who: clerk, owner: clerk });
});
