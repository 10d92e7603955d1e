import { Type } from 'class-transformer';
import { IsDate, IsIn } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Doctor } from '../doctors/doctor.entity.js';
import { Patient } from '../patients/patient.entity.js';
import { appointmentStatuses } from './appointment.entity.js';
import type { AppointmentStatus } from './appointment.entity.js';

export class CreateAppointmentDto {
  @IsPublicId(Patient)
  patientUuid: PublicId<Patient>;

  @IsPublicId(Doctor)
  doctorUuid: PublicId<Doctor>;

  @Type(() => Date)
  @IsDate()
  startsAt: Date;
}

export class ChangeAppointmentDto {
  @IsIn(appointmentStatuses)
  status: AppointmentStatus;
}
