import {
  addDualId,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  installDualId,
  removeDualId,
} from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';

@DualId({ table: 'customers', type: 60, named: ['name'] })
export class Customer extends DualIdEntity {
  @Column('text') name!: string;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

@Entity('orders')
@Index('index_orders_on_customer_id', ['customer'])
export class Order {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: 'orders_pkey' }) id!: number;
  @ManyToOne(() => Customer, { nullable: false })
  @JoinColumn({ name: 'customer_id', foreignKeyConstraintName: 'orders_customer_id_fkey' })
  customer!: Customer;
  @Column('numeric', { precision: 12, scale: 2 }) total!: string;
}

@DualId({
  table: 'devices',
  type: 61,
  columns: { id: 'internal_id', uuid: 'id' },
  named: ['label'],
})
export class Device extends DualIdEntity {
  @Column('text') label!: string;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

@Entity('readings')
@Index('index_readings_on_device_internal_id', ['device'])
export class Reading {
  @PrimaryGeneratedColumn({ type: 'bigint', primaryKeyConstraintName: 'readings_pkey' })
  id!: string;
  @ManyToOne(() => Device, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({
    name: 'device_internal_id',
    foreignKeyConstraintName: 'readings_device_internal_id_fkey',
  })
  device!: Device;
  @Column('double precision') value!: number;
}

const customers = { table: 'customers', type: { id: 60, name: 'customer' }, namedBy: ['name'] };
const devices = {
  table: 'devices',
  type: { id: 61, name: 'device' },
  columns: { id: 'internal_id', uuid: 'id' },
  namedBy: ['label'],
};

export class AdoptConverted1780000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await addDualId(runner, customers);
    await addDualId(runner, devices);
  }

  async down(runner: QueryRunner): Promise<void> {
    await removeDualId(runner, devices);
    await removeDualId(runner, customers);
  }
}

export const dataSourceOptions = (url: string) =>
  dualIdDataSource({
    url,
    entities: [Customer, Order, Device, Reading],
    migrations: [AdoptConverted1780000000000],
  });
