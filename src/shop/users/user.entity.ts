import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, CreateDateColumn, Index, UpdateDateColumn, VersionColumn } from 'typeorm';

/** A customer. Historical ids end below 400000; new users start there. */
@DualId({ table: 'users', type: 30, startWith: 400_000, named: ['firstName', 'lastName'] })
@Index('users_email_uq', { synchronize: false })
@Index('users_created_at_ix', ['createdAt', 'id'])
export class User extends DualIdEntity {
  @Column('text')
  firstName!: string;

  @Column('text')
  lastName!: string;

  /** Unique without regard to case, by an index on lower(email). */
  @Column('text')
  email!: string;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text', nullable: true })
  street!: string | null;

  @Column({ type: 'text', nullable: true })
  city!: string | null;

  @Column({ type: 'text', nullable: true })
  postalCode!: string | null;

  @Column({ type: 'text', nullable: true })
  country!: string | null;

  @VersionColumn({ default: 1 })
  version!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
