import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { currentActor, DualIdModule } from 'nest-dual-id';
import type { ConnectionMode } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import { EdgeMetricsModule } from 'nest-dual-id/edge';
import { ExplorerModule } from 'nest-dual-id/explorer';
import { HistoryApiModule, HistoryModule } from 'nest-dual-id/history';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { Permissions } from 'nest-dual-id/identity';
import { RegistryModule } from 'nest-dual-id/registry';
import { RelationsModule } from 'nest-dual-id/relations';
import type { AccessOptions } from './access/access.module.js';
import { AccessModule } from './access/access.module.js';
import { callerOf } from './access/caller.js';
import { shopDataSource } from './data-source-options.js';
import { CartsModule } from './carts/carts.module.js';
import { HealthModule } from './health/health.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { TimeZoneModule } from './time-zone.js';
import { UsersModule } from './users/users.module.js';
import type { ShopEdgeOptions } from './edge.js';
import { historyViews } from './views.js';

/** What the shop needs to run. */
export interface ShopOptions extends AccessOptions {
  readonly databaseUrl: string;
  /** Whether there is a pooler in front of the database; direct by default. */
  readonly connection?: ConnectionMode;
  /** Secret for cursors; without one, cursors become invalid on restart. */
  readonly secret?: string | undefined;
  /** Named prepared statements; if undefined, the library determines whether they work. */
  readonly preparedStatements?: boolean | undefined;
  readonly edge?: ShopEdgeOptions | undefined;
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
        AccessModule.forRoot(options),
        RegistryModule.forRoot({
          api: { permission: 'registry:read' },
          resolve: { ownOr: 'registry:read' },
        }),
        RelationsModule.forRoot({
          api: { ownOr: 'relations:read', writePermission: 'relations:write' },
        }),
        ExplorerModule,
        EdgeMetricsModule.forRoot({
          api: { permission: 'metrics:read' },
          counted: { apiKeys: ApiKeys, permissions: Permissions },
        }),
        HistoryModule.forRoot({ actor: currentActor }),
        HistoryApiModule.forRoot({ api: { ownOr: 'history:read' }, views: historyViews }),
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
