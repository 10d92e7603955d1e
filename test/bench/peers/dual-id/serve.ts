import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Database, DualIdFastifyAdapter, DualIdModule } from 'nest-dual-id';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { shopDataSource } from '../../../../src/shop/data-source-options.js';
import { Order } from '../../../../src/shop/orders/order.entity.js';
import { OrdersModule } from '../../../../src/shop/orders/orders.module.js';
import { TimeZoneModule } from '../../../../src/shop/time-zone.js';
import type { PeerOptions } from '../peer.js';
import { listen, steadyPool } from '../peer.js';
import { FactsController } from './facts.controller.js';
import { EnrolledNote, NotesController, PlainNote } from './notes.js';

/** The library: the shop's own orders, and reads of six and seven columns beside them. */
export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  const shop = shopDataSource(databaseUrl);
  const extra = { ...(shop.extra as object), ...steadyPool };
  const entities = [...(shop.entities as Function[]), EnrolledNote, PlainNote];

  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...shop, entities, retryAttempts: 0, extra }),
      DualIdModule.forRoot({ secret: 'a secret only for the benchmark' }),
      DualIdModule.forFeature([Order, EnrolledNote, PlainNote]),
      IdempotencyModule.forRoot({ caller: 'everyone' }),
      TimeZoneModule.forRoot('UTC'),
      OrdersModule,
    ],
    controllers: [FactsController, NotesController],
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
