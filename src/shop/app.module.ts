import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import type { ConnectionMode } from 'nest-dual-id';
import { ExplorerModule } from 'nest-dual-id/explorer';
import { HistoryApiModule, HistoryModule } from 'nest-dual-id/history';
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
import { historyViews } from './views.js';

/** What the shop needs to run. */
export interface ShopOptions {
  readonly databaseUrl: string;
  /** Whether there is a pooler in front of the database; direct by default. */
  readonly connection?: ConnectionMode;
  /** Secret for cursors; without one, cursors become invalid on restart. */
  readonly secret?: string | undefined;
  /** Named prepared statements; if undefined, the library determines whether they work. */
  readonly preparedStatements?: boolean | undefined;
  /**
   * The maximum delay of the event loop, in milliseconds, before requests are refused; 1,000 by
   * default.
   */
  readonly maxEventLoopDelay?: number;
  /** IANA name of the time zone for the day and hour of orders; UTC by default. */
  readonly timeZone?: string;
}

/** The composition root: the only place that lists the parts of the shop. */
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
        // The shop does not distinguish callers; an application that does adds guards here.
        RegistryModule.forRoot({ api: 'open' }),
        RelationsModule.forRoot({ api: 'open' }),
        ExplorerModule,
        HistoryModule.forRoot(),
        HistoryApiModule.forRoot({ api: 'open', views: historyViews }),
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
