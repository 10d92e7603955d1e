import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, CreateDateColumn, Index, ManyToOne } from 'typeorm';
import { Doctor } from '../doctors/doctor.entity.js';
import { Patient } from '../patients/patient.entity.js';

@DualId({ table: 'prescriptions', type: 9 })
@Index(['patient'])
@Index(['doctor'])
export class Prescription extends DualIdEntity {
  @ManyToOne(() => Patient, { nullable: false })
  patient: Patient;

  @ManyToOne(() => Doctor, { nullable: false })
  doctor: Doctor;

  @Column('text') medicine: string;
  @Column('numeric', { precision: 8, scale: 3 }) milligrams: string;
  @CreateDateColumn({ type: 'timestamptz' }) writtenAt: Date;
}
