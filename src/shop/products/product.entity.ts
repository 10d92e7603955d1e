import { DualId, DualIdEntity } from 'nest-dual-id';
import {
  Check,
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Index,
  JoinColumn,
  ManyToOne,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { Aisle } from './aisle.entity.js';
import { Department } from './department.entity.js';

/** A product on sale. Without a price it is listed but cannot be ordered. */
@DualId({ table: 'products', type: 31, startWith: 100_000, named: ['name'] })
@Check('products_price_ck', 'price >= 0')
@Index('products_name_trgm_ix', { synchronize: false })
@Index('products_price_ix', ['price', 'id'])
@Index('products_name_ix', ['name', 'id'])
@Index('products_department_id_ix', ['department', 'name', 'id'])
@Index('products_aisle_id_ix', ['aisle', 'name', 'id'])
export class Product extends DualIdEntity {
  @Column('text')
  name!: string;

  @Column({ type: 'numeric', precision: 12, scale: 2, nullable: true })
  price!: string | null;

  @ManyToOne(() => Department, { nullable: false })
  @JoinColumn()
  department!: Department;

  @ManyToOne(() => Aisle, { nullable: false })
  @JoinColumn()
  aisle!: Aisle;

  @VersionColumn({ default: 1 })
  version!: number;

  /** When it was taken off sale; old orders still show it. */
  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
