import { expect } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { MiddlewareConsumer, NestModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter, runMigrations } from 'nest-dual-id';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../examples/getting-started/src/data-source.js';
import { clientOf } from './http-client.js';
import type { Ask } from './http-client.js';
import { emptyDatabase } from './database.js';

/** A recipe's application, listening on a migrated database of its own. */
export interface Recipe {
  readonly app: NestFastifyApplication;
  readonly ask: Ask;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts the application that a function creates; the database is that of DATABASE_URL. */
export async function startRecipe(create: () => Promise<NestFastifyApplication>): Promise<Recipe> {
  const database = await emptyDatabase();
  process.env['DATABASE_URL'] = database.url;
  await runMigrations(new DataSource(dataSourceOptions(database.url)));
  const app = await create();
  await app.listen(0, '127.0.0.1');
  return {
    app,
    ask: clientOf(app),
    databaseUrl: database.url,
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** An application of one module, as `main.ts` makes it. */
export function createFrom(module: Type): Promise<NestFastifyApplication> {
  const options = { logger: false, abortOnError: false } as const;
  return NestFactory.create<NestFastifyApplication>(module, new DualIdFastifyAdapter(), options);
}

/** Calls every route correctly and incorrectly; an internal id in a response is an error. */
export async function requireNoLeak({ app, ask }: Recipe): Promise<void> {
  const create = (number: string) => ask('POST', '/invoices', { body: { number } });
  const seed = () => Promise.all([create('2026-002'), create('2026-003')]);
  const { requests } = await expectNoInternalIds(app, { seed });
  expect(requests).toBeGreaterThan(20);
}

/** The module with a foreign middleware that writes a body at some paths. */
export function withLeakAt(module: Type, ...paths: string[]): Type {
  @Module({ imports: [module] })
  class Leaking implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply((_request: unknown, response: { end(text: string): void }) => response.end('id 7'))
        .forRoutes(...paths);
    }
  }
  return Leaking;
}

/** What happens to a foreign plain route in an application that has not started yet. */
export async function withPlainRoute(module: Type, path: string): Promise<unknown> {
  const app = await createFrom(module);
  try {
    app
      .getHttpAdapter()
      .getInstance()
      .get(path, () => ({ id: 1 }));
    await app.init();
    return 'served';
  } catch (error) {
    return String(error);
  } finally {
    await app.close();
  }
}
