import { DualId, DualIdEntity, Personal } from 'nest-dual-id';
import type { Role } from 'nest-dual-id/identity';
import { PrincipalRoles } from 'nest-dual-id/identity';
import {
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Index,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

const erasedEmail = (uuid: string) => `erased-${uuid}@example.invalid`;

/** A customer. Historical ids end below 400000; new users start there. */
@DualId({
  table: 'users',
  type: 30,
  startWith: 400_000,
  named: ['firstName', 'lastName'],
  owner: 'self',
})
@Index('users_email_uq', { synchronize: false })
@Index('users_created_at_ix', ['createdAt', 'id'])
export class User extends DualIdEntity {
  @Personal('')
  @Column('text')
  firstName!: string;

  @Personal('')
  @Column('text')
  lastName!: string;

  @Personal(erasedEmail)
  @Column('text')
  email!: string;

  /** The normalized address, unique among users who are not deleted. Maintained by a trigger. */
  @Personal(erasedEmail)
  @Column({ type: 'text', default: '', select: false, insert: false, update: false })
  readonly emailKey!: string;

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

  @PrincipalRoles()
  roles!: Role[];

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
