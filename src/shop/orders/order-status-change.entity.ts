import type { InternalId } from 'nest-dual-id';
import { OwnedBy } from 'nest-dual-id';
import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { User } from '../users/user.entity.js';
import type { OrderStatus } from './order-status.js';
import { orderStatuses } from './order-status.js';
import { Order } from './order.entity.js';

/** A change of an order's status. A trigger writes it together with the change. */
@OwnedBy('order.user')
@Entity('order_status_history')
@Index('order_status_history_order_id_id_ix', ['order', 'id'])
@Index('order_status_history_changed_by_id_ix', ['changedBy'])
@Unique('order_status_history_change_uq', ['order', 'changedAt', 'newStatus'])
export class OrderStatusChange {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'order_status_history_pk',
  })
  id!: InternalId<OrderStatusChange>;

  @ManyToOne(() => Order, { nullable: false })
  @JoinColumn()
  order!: Order;

  @ManyToOne(() => User)
  @JoinColumn()
  changedBy!: User | null;

  @Column({ type: 'enum', enum: orderStatuses, enumName: 'order_status', nullable: true })
  oldStatus!: OrderStatus | null;

  @Column({ type: 'enum', enum: orderStatuses, enumName: 'order_status' })
  newStatus!: OrderStatus;

  @CreateDateColumn({ type: 'timestamptz' })
  changedAt!: Date;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
