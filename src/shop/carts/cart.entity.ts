import { DualId, DualIdEntity } from 'nest-dual-id';
import {
  Column,
  CreateDateColumn,
  Index,
  JoinColumn,
  ManyToOne,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';
import { User } from '../users/user.entity.js';

/** A cart. A user has at most one open cart; checkout closes it. */
@DualId({ table: 'carts', type: 33, owner: 'user' })
@Index('carts_open_uq', ['user'], { unique: true, where: 'closed_at IS NULL' })
@Index('carts_user_id_ix', ['user'])
export class Cart extends DualIdEntity {
  /** Null for the cart of a guest. */
  @ManyToOne(() => User)
  @JoinColumn()
  user!: User | null;

  @Column({ type: 'timestamptz', nullable: true })
  closedAt!: Date | null;

  @VersionColumn({ default: 1 })
  version!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
