import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Addressable, SchemaRunner } from 'nest-dual-id';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { clientOf } from './http-client.js';
import type { Ask } from './http-client.js';
import { emptyDatabase, runSql } from './empty-database.js';
import { migratedFor, urlAs } from './roles.js';

/** An example program, as its test starts it. */
export interface ExampleParts {
  readonly entities: readonly Type<Addressable>[];
  readonly controllers: Type[];
  /** Modules in addition to the core's. */
  readonly imports?: (Type | DynamicModule)[];
  /** Whether the raw bytes of bodies are kept. */
  readonly rawBody?: boolean;
  /** Meets the application before it listens. */
  readonly prepare?: (app: NestFastifyApplication) => unknown;
  readonly migrate: (runner: SchemaRunner) => Promise<void>;
}

/** A running example on a database of its own. */
export interface Example {
  /** The application as a role that owns nothing. */
  readonly app: NestFastifyApplication;
  /** The address for the owner, who imports. */
  readonly ownerUrl: string;
  readonly ask: Ask;
  /** The same application as the owner, who may plant canaries. */
  asOwner(): Promise<NestFastifyApplication>;
  /** Runs SQL as a superuser. */
  sql(text: string): Promise<Record<string, string>[]>;
  stop(): Promise<void>;
}

/** Migrates an empty database and starts an application of these entities and controllers on it. */
export async function startExample(parts: ExampleParts): Promise<Example> {
  const database = await emptyDatabase();
  const app = await createExample(await migratedFor(database.url, parts.migrate), parts);
  await parts.prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const apps = [app];
  const ownerUrl = urlAs('owner', database.url);
  return {
    app,
    ownerUrl,
    ask: clientOf(app),
    asOwner: async () => {
      const owned = await createExample(ownerUrl, parts);
      apps.push(owned);
      return owned;
    },
    sql: (text) => runSql(database.url, text),
    stop: async () => {
      for (const started of apps) await started.close();
      await database.drop();
    },
  };
}

function createExample(url: string, parts: ExampleParts): Promise<NestFastifyApplication> {
  const { entities, controllers, imports = [] } = parts;
  class ExampleModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities })),
      DualIdModule.forRoot(),
      DualIdModule.forFeature(entities),
      ...imports,
    ],
    controllers,
  })(ExampleModule);
  const adapter = new DualIdFastifyAdapter();
  return NestFactory.create<NestFastifyApplication>(ExampleModule, adapter, {
    logger: ['error'],
    abortOnError: false,
    rawBody: parts.rawBody ?? false,
  });
}
