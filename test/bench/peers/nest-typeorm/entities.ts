import {
  Column,
  CreateDateColumn,
  Entity,
  Generated,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

/** The shop's tables, mapped as people map tables. */
@Entity('users')
export class PlainUser {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('uuid') @Generated('uuid') uuid!: string;
  @Column({ name: 'first_name', type: 'text' }) firstName!: string;
  @Column({ name: 'last_name', type: 'text' }) lastName!: string;
  @Column('text') email!: string;
}

@Entity('products')
export class PlainProduct {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('uuid') @Generated('uuid') uuid!: string;
  @Column('text') name!: string;
  @Column('numeric') price!: string | null;
  @Column({ name: 'deleted_at', type: 'timestamptz' }) deletedAt!: Date | null;
}

@Entity('orders')
export class PlainOrder {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @Column('uuid') @Generated('uuid') uuid!: string;
  @Column({ name: 'user_id', type: 'bigint' }) userId!: string;
  @ManyToOne(() => PlainUser) @JoinColumn({ name: 'user_id' }) user!: PlainUser;
  @Column('integer') number!: number;
  @Column({ type: 'text', default: 'pending' }) status!: string;
  @Column({ name: 'day_of_week', type: 'smallint' }) dayOfWeek!: number;
  @Column({ name: 'hour_of_day', type: 'smallint' }) hourOfDay!: number;
  @Column({ name: 'days_since_prior_order', type: 'smallint', nullable: true })
  daysSincePriorOrder!: number | null;
  @VersionColumn() version!: number;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' }) updatedAt!: Date;
}

@Entity('order_items')
export class PlainOrderItem {
  @PrimaryColumn({ name: 'order_id', type: 'bigint' }) orderId!: string;
  @PrimaryColumn({ name: 'product_id', type: 'bigint' }) productId!: string;
  @Column('integer') quantity!: number;
  @Column({ name: 'unit_price', type: 'numeric' }) unitPrice!: string;
  @Column({ name: 'add_to_cart_order', type: 'integer' }) addToCartOrder!: number;
  @Column('boolean') reordered!: boolean;
}

export const plainEntities = [PlainUser, PlainProduct, PlainOrder, PlainOrderItem];
