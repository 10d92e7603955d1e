import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import type { EdgeOptions } from 'nest-dual-id/edge';
import { protectEdge, RateLimit } from 'nest-dual-id/edge';
import { loadOptional } from '../../../src/features/edge/optional-package.js';
import { moduleOf } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

let library: Library;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(async () => {
  for (const app of opened) await app.close();
  await library.close();
});

const quiet = { logger: false, abortOnError: false } as const;
const parts = () => moduleOf({ url: library.url, entities: libraryEntities });

async function create(adapter: FastifyAdapter = new DualIdFastifyAdapter()) {
  const app = await NestFactory.create<NestFastifyApplication>(parts(), adapter, quiet);
  opened.push(app);
  return app;
}

const refused = (message: string) => ({
  code: 'setup_refused',
  message: expect.stringContaining(message),
});

describe('protectEdge refuses', () => {
  test('an application without HTTP', async () => {
    const context = await NestFactory.createApplicationContext(parts(), quiet);
    opened.push(context);
    const refusal = protectEdge(context as NestFastifyApplication);
    await expect(refusal).rejects.toMatchObject(refused('without HTTP'));
  });

  test('another adapter', async () => {
    const app = await NestFactory.create<NestFastifyApplication>(
      class {},
      new FastifyAdapter(),
      quiet,
    );
    opened.push(app);
    await expect(protectEdge(app)).rejects.toMatchObject(refused('new DualIdFastifyAdapter()'));
  });

  test('a second call', async () => {
    const app = await create();
    await protectEdge(app, { log: false });
    await expect(protectEdge(app, { log: false })).rejects.toMatchObject(refused('called twice'));
    await app.init();
  });

  test('an application that is initialized', async () => {
    const app = await create();
    await app.init();
    await expect(protectEdge(app)).rejects.toMatchObject(refused('Call it before'));
  });

  test('a logger of Fastify that writes every request too', async () => {
    const logger = { level: 'silent' };
    const app = await create(new DualIdFastifyAdapter({ logger }));
    await expect(protectEdge(app)).rejects.toMatchObject(refused('log: false'));
    await protectEdge(app, { log: false });
    const logController = new LogController({ disableRequestLogging: true });
    await protectEdge(await create(new DualIdFastifyAdapter({ logger, logController })));
  });

  test.each<[string, EdgeOptions]>([
    ['max', { limits: { address: { max: 0 } } }],
    ['max', { limits: { failures: { max: NaN } } }],
    ['window', { limits: { credential: { max: 1, window: 0 } } }],
    ['maxTracked', { limits: { maxTracked: 0.5 } }],
    ['health', { health: ['health/'] }],
    ['health', { health: ['/'] }],
  ])('a wrong %s', async (what, options) => {
    const refusal = protectEdge(await create(), { log: false, ...options });
    await expect(refusal).rejects.toMatchObject(refused(what));
  });
});

test('@RateLimit refuses a limit that nobody passes', () => {
  expect(() => RateLimit({ address: { max: -1 } })).toThrow('The limit address of the edge is -1');
});

test('a package that is not installed is named, with the way to do without', async () => {
  const missing = () => import('no-such-package-anywhere' as string) as Promise<object>;
  const loading = loadOptional('@fastify/helmet', missing, 'set headers: false');
  await expect(loading).rejects.toMatchObject(
    refused('`npm install @fastify/helmet`, or set headers: false'),
  );
});
