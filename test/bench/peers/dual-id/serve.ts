import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { OrderPlacing } from '../../../../src/shop/orders/order-placing.js';
import { OrdersService } from '../../../../src/shop/orders/orders.service.js';
import type { PeerOptions } from '../peer.js';
import { factsController } from './facts.controller.js';
import { EnrolledNote, NotesController, PlainNote } from './notes.js';
import { OpenOrdersController } from './orders.controller.js';
import { startApp } from './start-app.js';

/** The library without access control: the shop's orders, and reads of six and seven columns. */
export function serve({ databaseUrl }: PeerOptions): Promise<string> {
  return startApp(databaseUrl, {
    entities: [EnrolledNote, PlainNote],
    imports: [IdempotencyModule.forRoot({ caller: 'everyone' })],
    controllers: [factsController(), NotesController, OpenOrdersController],
    providers: [OrderPlacing, OrdersService],
  });
}
