import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, Index, ManyToOne, Unique } from 'typeorm';
import { Doctor } from '../doctors/doctor.entity.js';
import { Patient } from '../patients/patient.entity.js';

export const appointmentStatuses = ['planned', 'kept', 'cancelled'] as const;
export type AppointmentStatus = (typeof appointmentStatuses)[number];

/** A patient and a doctor at one time, which a doctor has only once. */
@DualId({ table: 'appointments', type: 8 })
@Unique(['doctor', 'startsAt'])
@Index(['patient'])
export class Appointment extends DualIdEntity {
  @ManyToOne(() => Patient, { nullable: false })
  patient: Patient;

  @ManyToOne(() => Doctor, { nullable: false })
  doctor: Doctor;

  @Column('timestamptz') startsAt: Date;

  @Column({
    type: 'enum',
    enum: appointmentStatuses,
    enumName: 'appointment_status',
    default: 'planned',
  })
  status: AppointmentStatus;
}
