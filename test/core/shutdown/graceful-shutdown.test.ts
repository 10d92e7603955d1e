import { Controller, Get, Post, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Database,
  DualIdFastifyAdapter,
  enableGracefulShutdown,
  ReturnsNothing,
  ReturnsSchema,
  statement,
} from 'nest-dual-id';
import type { GracefulShutdown, GracefulShutdownOptions } from 'nest-dual-id';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { Api } from '../../support/api.js';
import { moduleOf, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { halfSent, rawConnection } from '../../support/raw-request.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

/** What happened, in order. */
const seen: string[] = [];
let finish = (): void => undefined;

@Controller('tasks')
class WorkController {
  @Get('slow')
  @ReturnsNothing()
  async slow() {
    seen.push('asked');
    await new Promise<void>((resolve) => (finish = resolve));
    seen.push('answered');
  }

  @Post('notes')
  @ReturnsNothing()
  note(): void {}

  @Get('quick')
  @ReturnsSchema({ type: 'object', properties: {}, additionalProperties: false })
  quick() {
    return {};
  }
}

@Injectable()
class Witness implements OnModuleDestroy {
  onModuleDestroy(): void {
    seen.push('destroyed');
  }
}

@Injectable()
class Stuck implements OnModuleDestroy {
  onModuleDestroy(): Promise<void> {
    return new Promise(() => undefined);
  }
}

const parts = () => ({ url: library.url, entities: libraryEntities });

async function start(
  options: GracefulShutdownOptions,
  more: Partial<Parameters<typeof startApi>[0]> = {},
): Promise<Api & { readonly shutdown: GracefulShutdown; readonly url: string }> {
  let shutdown: GracefulShutdown;
  const api = await startApi({
    ...parts(),
    controllers: [WorkController],
    prepare: (app) => void (shutdown = enableGracefulShutdown(app, { signals: [], ...options })),
    ...more,
  });
  return { ...api, shutdown: shutdown!, url: await api.app.getUrl() };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const until = async (what: string) => {
  while (!seen.includes(what)) await pause(10);
};

/** Fails if the work takes longer, in milliseconds. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = pause(milliseconds).then(() => {
    throw new Error(`It took longer than ${milliseconds} ms.`);
  });
  return Promise.race([work, late]);
}

describe('the stop of an application', () => {
  test('lets a request end before any part of the application closes', async () => {
    seen.length = 0;
    const api = await start({}, { providers: [Witness] });
    // A client that keeps its connections, unless instructed otherwise.
    const slow = fetch(`${api.url}/tasks/slow`);
    await until('asked');
    const closed = api.app.close();
    await pause(100);
    expect(seen).toEqual(['asked']);
    finish();
    const { status, headers } = await slow;
    expect([status, headers.get('connection')]).toEqual([204, 'close']);
    await within(5_000, closed);
    expect(seen).toEqual(['asked', 'answered', 'destroyed']);
  });

  test('cuts off a request at the end of the drain, and its connection to the database', async () => {
    const api = await start({ drain: 200, close: 1_000 });
    const database = api.app.get(Database);
    const sleeping = database.rows(statement('SELECT pg_sleep(30)'));
    const failed = expect(sleeping).rejects.toMatchObject({ code: 'unavailable' });
    const { master } = api.app.get(DataSource).driver as unknown as { master: Pool };
    // Never returned.
    await master.connect();
    const cut = expect(api.get('/tasks/slow')).rejects.toThrow();
    await pause(100);
    expect(await within(5_000, api.shutdown.stop())).toBe(true);
    await cut;
    await failed;
  });

  test('ends in time although a provider never closes, and reports it', async () => {
    let isAfter = false;
    const afterClose = async () => void (isAfter = true);
    const times = { drain: 100, close: 200, afterClose };
    const { shutdown } = await start(times, { providers: [Stuck] });
    expect(await within(5_000, shutdown.stop())).toBe(false);
    expect(isAfter).toBe(true);
  });

  test('reports it as well when what follows it does not end', async () => {
    const never = await start({ close: 100, afterClose: () => new Promise(() => undefined) });
    expect(await within(5_000, never.shutdown.stop())).toBe(false);
    const failing = await start({ afterClose: () => Promise.reject(new Error('No.')) });
    expect(await within(5_000, failing.shutdown.stop())).toBe(false);
  });

  test('ends half-sent bodies as `requestTimeout` does, during the drain as well', async () => {
    const adapter = new DualIdFastifyAdapter({
      requestTimeout: 400,
      http: { connectionsCheckingInterval: 100 },
    });
    const api = await start({ drain: 20_000 }, { adapter });
    const early = await rawConnection(api.url, halfSent('/tasks/notes'));
    expect(await within(5_000, early.ended)).toContain('"code":"request_timeout"');
    const late = await rawConnection(api.url, halfSent('/tasks/notes'));
    await pause(100);
    expect(await within(5_000, api.shutdown.stop())).toBe(true);
    expect(await late.ended).toMatch(/^HTTP\/1.1 408 [^]*"status":408,"code":"request_timeout"/);
  });

  test('of one that never listened ends at once', async () => {
    const app = await NestFactory.create(moduleOf(parts()), new DualIdFastifyAdapter(), {
      logger: false,
    });
    const times = { loadBalancerDelay: 20_000, signals: [] };
    expect(await within(5_000, enableGracefulShutdown(app, times).stop())).toBe(true);
  });
});

describe('enableGracefulShutdown', () => {
  test('listens to signals until the application is closed', async () => {
    const count = () => process.listenerCount('SIGUSR2');
    const before = count();
    const api = await start({ signals: ['SIGUSR2'] });
    expect(count()).toBe(before + 1);
    await api.close();
    expect(count()).toBe(before);
  });

  test('refuses another adapter and invalid times', async () => {
    const options = { logger: false, abortOnError: false } as const;
    const plain = await NestFactory.create(class {}, new FastifyAdapter(), options);
    expect(() => enableGracefulShutdown(plain)).toThrow('on another adapter');
    await plain.close();
    const app = await NestFactory.create(moduleOf(parts()), new DualIdFastifyAdapter(), options);
    for (const drain of [-1, NaN, Infinity, 2 ** 31]) {
      expect(() => enableGracefulShutdown(app, { drain })).toThrow(
        `The drain of enableGracefulShutdown is ${drain}`,
      );
    }
    await app.close();
  });
});
