import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import type { Doctor } from '../doctors/doctor.entity.js';
import type { Patient } from '../patients/patient.entity.js';
import { Prescription } from './prescription.entity.js';

@View(Prescription, { sort: ['writtenAt'], defaultSort: '-writtenAt' })
export class PrescriptionView {
  @Field() uuid: PublicId<Prescription>;
  @Field() patientUuid: PublicId<Patient>;
  @Field() doctorUuid: PublicId<Doctor>;
  @Field() medicine: string;
  @Field() milligrams: string;
  @Field() writtenAt: Date;
}
