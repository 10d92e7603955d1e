import { Controller, Module } from '@nestjs/common';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { clientOf } from './http-client.js';
import type { Ask, HttpResponse } from './http-client.js';

/** What an application of a test is made of. */
export interface ApiParts extends Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'> {
  readonly url: string;
  readonly entities: readonly Function[];
  readonly options?: DualIdModuleOptions;
  readonly adapter?: DualIdFastifyAdapter;
  /** Meets the application before it listens. */
  readonly prepare?: (app: NestFastifyApplication) => unknown;
}

/** A listening application. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly ask: Ask;
  get(path: string): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Starts an application on a free port of 127.0.0.1; rejects if it refuses to boot. */
export async function startApi(parts: ApiParts): Promise<Api> {
  const app = await createApi(parts);
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const ask = clientOf(app);
  return { app, ask, get: (path) => ask('GET', path), close: () => app.close() };
}

/** The message with which an application refuses to boot. */
export async function refusalOf(parts: ApiParts): Promise<string> {
  const outcome = await startApi(parts).catch((error: unknown) => error as Error);
  if (outcome instanceof Error) return outcome.message;
  await outcome.close();
  return 'It boots.';
}

/** The message with which an application refuses the routes of one controller at /things. */
export function routeRefusal(
  parts: Pick<ApiParts, 'url' | 'entities'>,
  controller: new () => object,
): Promise<string> {
  Controller('things')(controller);
  return refusalOf({ ...parts, controllers: [controller] });
}

/** The module of an application. */
export function moduleOf(parts: ApiParts): Type {
  const { url, entities, controllers = [], providers = [], imports = [], options = {} } = parts;
  class TestModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ ...dualIdDataSource({ url, entities }), retryAttempts: 0 }),
      DualIdModule.forRoot(options),
      ...imports,
    ],
    controllers,
    providers,
  })(TestModule);
  return TestModule;
}

/** As the end-to-end tests of an application make it: its adapter comes last. */
async function createApi(parts: ApiParts): Promise<NestFastifyApplication> {
  const testing = Test.createTestingModule({ imports: [moduleOf(parts)] });
  const module = await testing.setLogger(silent).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    parts.adapter ?? new DualIdFastifyAdapter(),
    { logger: false },
  );
  await parts.prepare?.(app);
  return app;
}

const nothing = () => undefined;
const silent = { log: nothing, warn: nothing, error: nothing };
