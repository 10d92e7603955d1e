import { DualId, DualIdEntity, Personal } from 'nest-dual-id';
import {
  Column,
  DeleteDateColumn,
  Index,
  ManyToOne,
  VersionColumn,
} from 'typeorm';
import { Address } from '../address/address.js';
import { Insurer } from '../insurers/insurer.entity.js';
import { Organisation } from '../organisations/organisation.entity.js';

const erasedEmail = (uuid: string) => `erased-${uuid}@example.invalid`;

/** A person in care, who may ask to be forgotten. */
@DualId({ table: 'patients', type: 6, named: ['firstName', 'lastName'] })
@Index('patients_email_uq', ['email'], {
  unique: true,
  where: 'deleted_at IS NULL',
})
@Index(['organisation'])
@Index(['insurer'])
export class Patient extends DualIdEntity {
  @Personal('')
  @Column('text')
  firstName: string;

  @Personal('')
  @Column('text')
  lastName: string;

  @Personal(erasedEmail)
  @Column('text')
  email: string;

  @Personal()
  @Column({ type: 'date', nullable: true })
  bornOn: string | null;

  @Personal('')
  @Column(() => Address)
  address: Address;

  @ManyToOne(() => Organisation, { nullable: false })
  organisation: Organisation;

  @ManyToOne(() => Insurer, { nullable: true })
  insurer: Insurer | null;

  @VersionColumn({ default: 1 }) version: number;

  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt: Date | null;
}
