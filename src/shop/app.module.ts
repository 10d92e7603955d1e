import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import type { ConnectionMode } from 'nest-dual-id';
import { ExplorerModule } from 'nest-dual-id/explorer';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { RegistryModule } from 'nest-dual-id/registry';
import { RelationsModule } from 'nest-dual-id/relations';
import { callerOf } from './caller.js';
import { shopDataSource } from './data-source-options.js';
import { CartsModule } from './carts/carts.module.js';
import { HealthModule } from './health/health.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { TimeZoneModule } from './time-zone.js';
import { UsersModule } from './users/users.module.js';

/** What the shop needs to run. */
export interface ShopOptions {
  readonly databaseUrl: string;
  /** Whether a pooler stands before the database; direct by default. */
  readonly connection?: ConnectionMode;
  /** Secret of cursors; without one they end with the process. */
  readonly secret?: string | undefined;
  /** Named prepared statements; undefined lets the library find out. */
  readonly preparedStatements?: boolean | undefined;
  /** Milliseconds that the event loop may run late before requests are refused; 1,000 by default. */
  readonly maxEventLoopDelay?: number;
  /** IANA name of the zone in which orders get their day and hour; UTC by default. */
  readonly timeZone?: string;
}

/** The composition root: the only place that lists what the shop is made of. */
@Module({})
export class AppModule {
  static forRoot(options: ShopOptions): DynamicModule {
    const { databaseUrl, connection, secret, preparedStatements, timeZone = 'UTC' } = options;
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({ ...shopDataSource(databaseUrl, connection), retryAttempts: 0 }),
        DualIdModule.forRoot({
          ...(secret === undefined ? {} : { secret }),
          ...(preparedStatements === undefined ? {} : { preparedStatements }),
        }),
        // The shop has no callers to tell apart; where there are some, guards stand here.
        RegistryModule.forRoot({ api: 'open' }),
        RelationsModule.forRoot({ api: 'open' }),
        ExplorerModule,
        IdempotencyModule.forRoot({ caller: callerOf }),
        TimeZoneModule.forRoot(timeZone),
        HealthModule,
        UsersModule,
        ProductsModule,
        OrdersModule,
        CartsModule,
      ],
    };
  }
}
