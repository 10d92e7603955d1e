import { OwnOr } from 'nest-dual-id';
import { ApiKeysModule } from 'nest-dual-id/api-keys';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { IdentityModule } from 'nest-dual-id/identity';
import { callerOf } from '../../../../src/shop/access/caller.js';
import { OrdersModule } from '../../../../src/shop/orders/orders.module.js';
import { User } from '../../../../src/shop/users/user.entity.js';
import { benchKeys } from '../../access/bench-keys.js';
import type { PeerOptions } from '../peer.js';
import { factsController } from './facts.controller.js';
import { startApp } from './start-app.js';

/** The library with access control: the shop's own module for orders, and the same reads. */
export function serve({ databaseUrl }: PeerOptions): Promise<string> {
  return startApp(databaseUrl, {
    imports: [
      IdempotencyModule.forRoot({ caller: callerOf }),
      IdentityModule.forRoot({ principal: User }),
      ApiKeysModule.forRoot(benchKeys),
      OrdersModule,
    ],
    controllers: [factsController(OwnOr('orders:read'))],
  });
}
