import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import type { Doctor } from '../doctors/doctor.entity.js';
import type { Patient } from '../patients/patient.entity.js';
import { Appointment } from './appointment.entity.js';
import type { AppointmentStatus } from './appointment.entity.js';

@View(Appointment, {
  sort: ['startsAt'],
  filters: {
    patientUuid: 'patientUuid',
    doctorUuid: 'doctorUuid',
    status: 'status',
    from: { path: 'startsAt', operator: '>=' },
    to: { path: 'startsAt', operator: '<' },
  },
})
export class AppointmentView {
  @Field() uuid: PublicId<Appointment>;
  @Field() patientUuid: PublicId<Patient>;
  @Field() doctorUuid: PublicId<Doctor>;
  @Field('doctor.name') doctorName: string;
  @Field() startsAt: Date;
  @Field() status: AppointmentStatus;
}
