import { dualIdDataSource } from 'nest-dual-id';
import { Appointment } from './appointments/appointment.entity.js';
import { Department } from './departments/department.entity.js';
import { Doctor } from './doctors/doctor.entity.js';
import { PatientDocument } from './documents/document.entity.js';
import { Insurer } from './insurers/insurer.entity.js';
import { migrations } from './migrations/index.js';
import { Organisation } from './organisations/organisation.entity.js';
import { Patient } from './patients/patient.entity.js';
import { Prescription } from './prescriptions/prescription.entity.js';
import { Speciality } from './specialities/speciality.entity.js';

/** The clinic's data source: its entities and its migrations. */
export function clinicDataSource(url: string) {
  return dualIdDataSource({
    url,
    applicationName: 'clinic',
    migrations,
    entities: [
      Organisation,
      Department,
      Speciality,
      Doctor,
      Insurer,
      Patient,
      PatientDocument,
      Appointment,
      Prescription,
    ],
  });
}

/** Where the database is. */
export function databaseUrl(): string {
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new Error('Set DATABASE_URL to the PostgreSQL of the clinic.');
  return url;
}
