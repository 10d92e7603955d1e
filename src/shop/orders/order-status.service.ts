import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, PublicId, Versions } from 'nest-dual-id';
import { currentPrincipal, Database, InjectDualId, requireVersion, statement } from 'nest-dual-id';
import { shopProblem } from '../shop-errors.js';
import type { StepNote } from './order-status.input.js';
import type { OrderStatus } from './order-status.js';
import { nextStatuses } from './order-status.js';
import { Order } from './order.entity.js';
import { OrderView } from './order.view.js';

/** Why an order moves, and the versions it may have. */
export interface OrderMove extends StepNote {
  readonly versions?: Versions | undefined;
}

/** Moves orders from status to status. The database writes the history of every move. */
@Injectable()
export class OrderStatusService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
  ) {}

  /** Moves an order; of several concurrent moves one wins, and the others see the new status. */
  move(
    order: PublicId<Order>,
    status: OrderStatus,
    { note, versions }: OrderMove,
  ): Promise<OrderView> {
    const work = async () => {
      const [row] = await this.database.rows(lockStatus, [order]);
      if (!row) return this.orders.get(OrderView, order);
      const [from, version] = row as [OrderStatus, number];
      requireVersion(version, versions);
      if (!nextStatuses[from].includes(status)) throw stepRefusal(from, status);
      await this.database.rows(noteReason, [note ?? '', currentPrincipal()?.uuid ?? null]);
      await this.database.execute(moveOrder, [order, status]);
      return this.orders.get(OrderView, order);
    };
    return this.database.transaction(work, { key: order });
  }
}

function stepRefusal(from: OrderStatus, to: OrderStatus): Error {
  const possible = nextStatuses[from].join(', ') || 'nothing else';
  return shopProblem('status_refused', {
    detail: `An order that is ${from} cannot become ${to}; it may become ${possible}.`,
  });
}

const lockStatus = statement(
  'SELECT status, version FROM orders WHERE uuid = $1 FOR NO KEY UPDATE',
);

/** Passes who moves the order, and why, to the trigger that writes the history. */
const noteReason = statement(
  `SELECT set_config('shop.note', $1, true),
          set_config('shop.changed_by',
            coalesce((SELECT id FROM users WHERE uuid = $2)::text, ''), true)`,
);

const moveOrder = statement(
  `UPDATE orders SET status = $2, version = version + 1, updated_at = now() WHERE uuid = $1`,
);
