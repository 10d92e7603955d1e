import { DualId, DualIdEntity } from 'nest-dual-id';
import {
  Check,
  Column,
  CreateDateColumn,
  Index,
  JoinColumn,
  ManyToOne,
  Unique,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { User } from '../users/user.entity.js';
import type { OrderStatus } from './order-status.js';
import { orderStatuses } from './order-status.js';

/** An order. Historical ids end below 3422000; new orders start there. */
@DualId({ table: 'orders', type: 32, startWith: 3_422_000, owner: 'user' })
@Unique('orders_user_id_number_uq', ['user', 'number'])
@Check('orders_number_ck', 'number >= 1')
@Check('orders_day_of_week_ck', 'day_of_week BETWEEN 0 AND 6')
@Check('orders_hour_of_day_ck', 'hour_of_day BETWEEN 0 AND 23')
@Check('orders_days_since_prior_order_ck', 'days_since_prior_order >= 0')
@Index('orders_user_id_created_at_ix', ['user', 'createdAt', 'id'])
@Index('orders_created_at_ix', ['createdAt', 'id'])
export class Order extends DualIdEntity {
  @ManyToOne(() => User, { nullable: false })
  @JoinColumn()
  user!: User;

  /** 1, 2, 3 ... for each user, without gaps. */
  @Column('integer')
  number!: number;

  @Column({ type: 'enum', enum: orderStatuses, enumName: 'order_status', default: 'pending' })
  status!: OrderStatus;

  /** 0 is the first day of the week, as in the historical data. */
  @Column('smallint')
  dayOfWeek!: number;

  @Column('smallint')
  hourOfDay!: number;

  /** Null for a user's first order. */
  @Column({ type: 'smallint', nullable: true })
  daysSincePriorOrder!: number | null;

  @VersionColumn({ default: 1 })
  version!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
