import { DualId, DualIdEntity, Personal } from 'nest-dual-id';
import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Index,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

/** A customer. Historical ids end below 400000; new users start there. */
@DualId({ table: 'users', type: 30, startWith: 400_000, named: ['firstName', 'lastName'] })
@Index('users_email_uq', { synchronize: false })
@Index('users_created_at_ix', ['createdAt', 'id'])
export class User extends DualIdEntity {
  @Personal('')
  @Column('text')
  firstName!: string;

  @Personal('')
  @Column('text')
  lastName!: string;

  /** Unique among users who are there, without regard to case, by an index on lower(email). */
  @Personal((uuid) => `erased-${uuid}@example.invalid`)
  @Column('text')
  email!: string;

  @Personal()
  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Personal()
  @Column({ type: 'text', nullable: true })
  street!: string | null;

  @Personal()
  @Column({ type: 'text', nullable: true })
  city!: string | null;

  @Personal()
  @Column({ type: 'text', nullable: true })
  postalCode!: string | null;

  @Personal()
  @Column({ type: 'text', nullable: true })
  country!: string | null;

  /** When the person was erased; the row stays for the orders. */
  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;

  @VersionColumn({ default: 1 })
  version!: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
