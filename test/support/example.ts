import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Addressable, SchemaRunner } from 'nest-dual-id';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { Api } from './api.js';
import { clientOf } from './api.js';
import { emptyDatabase } from './database.js';

/** An example program, as its test starts it. */
export interface ExampleParts {
  readonly entities: readonly Type<Addressable>[];
  readonly controllers: Type[];
  /** Modules beside the core's. */
  readonly imports?: (Type | DynamicModule)[];
  readonly migrate: (runner: SchemaRunner) => Promise<void>;
}

/** A running example on a database of its own. */
export interface Example {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly ask: Api['ask'];
  sql(text: string): Promise<Record<string, string>[]>;
  stop(): Promise<void>;
}

/** Migrates an empty database and starts an application of these entities and controllers on it. */
export async function startExample(parts: ExampleParts): Promise<Example> {
  const database = await emptyDatabase();
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await source.transaction((manager) => parts.migrate(manager));
  const { entities, controllers, imports = [] } = parts;
  class ExampleModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url: database.url, entities })),
      DualIdModule.forRoot(),
      DualIdModule.forFeature(entities),
      ...imports,
    ],
    controllers,
  })(ExampleModule);
  const adapter = new DualIdFastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(ExampleModule, adapter, {
    logger: ['error'],
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: database.url,
    ask: clientOf(app),
    sql: (text) => source.query(text),
    stop: async () => {
      await app.close();
      await source.destroy();
      await database.drop();
    },
  };
}
