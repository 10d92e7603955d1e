import { CreateInsurers1700000000000 } from './1700000000000-create-insurers.js';
import { AdoptInsurers1800000000000 } from './1800000000000-adopt-insurers.js';
import { CreateStaff1800000100000 } from './1800000100000-create-staff.js';
import { CreatePatients1800000200000 } from './1800000200000-create-patients.js';
import { CreateAppointments1800000300000 } from './1800000300000-create-appointments.js';

export const migrations = [
  CreateInsurers1700000000000,
  AdoptInsurers1800000000000,
  CreateStaff1800000100000,
  CreatePatients1800000200000,
  CreateAppointments1800000300000,
];
