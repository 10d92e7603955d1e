import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';

@Entity('devices')
export class Device {
  @PrimaryGeneratedColumn({ type: 'bigint', name: 'internal_id' }) internalId!: string;
  @Column('uuid', { generated: 'uuid', unique: true }) id!: string;
  @Column('text') label!: string;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

@Entity('readings')
export class Reading {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: string;
  @ManyToOne(() => Device, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'device_internal_id' })
  device!: Device;
  @Column('double precision') value!: number;
}
