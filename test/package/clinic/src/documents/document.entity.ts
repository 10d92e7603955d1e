import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, Index, ManyToOne } from 'typeorm';
import { Patient } from '../patients/patient.entity.js';

/** A file about a patient. Its bytes are read by themselves. */
@DualId({ table: 'documents', type: 7 })
@Index(['patient'])
export class PatientDocument extends DualIdEntity {
  @ManyToOne(() => Patient, { nullable: false })
  patient: Patient;

  @Column('text') fileName: string;
  @Column('text') mediaType: string;
  @Column('integer') size: number;
  @Column({ type: 'bytea', select: false }) content: Buffer;
}
