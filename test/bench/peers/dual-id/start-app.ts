import type { ModuleMetadata } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database, DualIdFastifyAdapter, DualIdModule } from 'nest-dual-id';
import { shopDataSource } from '../../../../src/shop/data-source-options.js';
import { Order } from '../../../../src/shop/orders/order.entity.js';
import { TimeZoneModule } from '../../../../src/shop/time-zone.js';
import { listen, steadyPool } from '../peer.js';

/** What an application has beside the modules that all of them have. */
export interface AppParts extends ModuleMetadata {
  /** Entities beside those of the shop. */
  readonly entities?: Parameters<typeof DualIdModule.forFeature>[0];
}

/** Starts an application of the library on the shop's database; returns its address. */
export async function startApp(databaseUrl: string, parts: AppParts): Promise<string> {
  const { entities: added = [], imports = [], ...own } = parts;
  const shop = shopDataSource(databaseUrl);
  const extra = { ...(shop.extra as object), ...steadyPool };
  const entities = [...(shop.entities as Function[]), ...added];

  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...shop, entities, retryAttempts: 0, extra }),
      DualIdModule.forRoot({ secret: 'a secret only for the benchmark' }),
      DualIdModule.forFeature([Order, ...added]),
      TimeZoneModule.forRoot('UTC'),
      ...imports,
    ],
    ...own,
  })
  class BenchModule {}

  const app = await NestFactory.create<NestFastifyApplication>(
    BenchModule,
    new DualIdFastifyAdapter(),
    { logger: ['error', 'warn'] },
  );
  const url = await listen(app);
  // Once a transaction has run, Node 20 charges every promise for AsyncLocalStorage; reads are
  // measured as they are in an application that also writes.
  await app.get(Database).transaction(() => Promise.resolve());
  return url;
}
