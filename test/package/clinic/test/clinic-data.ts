import type { Caller, Clinic } from './clinic.js';

/** What an API answers: a resource with its public id. */
export type Resource = { uuid: string } & Record<string, unknown>;

export const address = {
  street: 'Quay 1',
  city: 'Harbourtown',
  postalCode: '1000',
};

export async function create(
  caller: Caller,
  path: string,
  body: object,
): Promise<Resource> {
  const { body: created } = await caller('post', path, body).expect(201);
  return created as Resource;
}

export const anOrganisation = ({ reception }: Clinic) =>
  create(reception, '/organisations', { name: 'Harbour Clinic', address });

export async function aDepartment(
  clinic: Clinic,
  parentUuid?: string,
): Promise<Resource> {
  const { uuid: organisationUuid } = await anOrganisation(clinic);
  const department = { name: 'Surgery', organisationUuid, parentUuid };
  return create(clinic.reception, '/departments', department);
}

export async function aDoctor(clinic: Clinic): Promise<Resource> {
  const { uuid: departmentUuid } = await aDepartment(clinic);
  return create(clinic.reception, '/doctors', {
    name: 'Dr Imani Okafor',
    departmentUuid,
  });
}

let patients = 0;
export async function aPatient(clinic: Clinic): Promise<Resource> {
  const { uuid: organisationUuid } = await anOrganisation(clinic);
  return create(clinic.reception, '/patients', {
    firstName: 'Ada',
    lastName: 'Lindqvist',
    email: `ada-${++patients}@example.com`,
    bornOn: '1990-02-28',
    address,
    organisationUuid,
  });
}

export const aSpeciality = ({ reception }: Clinic, name: string) =>
  create(reception, '/specialities', { name });

export async function aPrescription(
  clinic: Clinic,
  patient: Resource,
): Promise<Resource> {
  const { uuid: doctorUuid } = await aDoctor(clinic);
  const prescription = { doctorUuid, medicine: 'Ibuprofen', milligrams: '400' };
  return create(
    clinic.doctor,
    `/patients/${patient.uuid}/prescriptions`,
    prescription,
  );
}

export async function aDocument(
  clinic: Clinic,
  patient: Resource,
): Promise<Resource> {
  const { body } = await clinic
    .reception('post', `/patients/${patient.uuid}/documents`)
    .attach('file', Buffer.from('pulse 72'), {
      filename: 'pulse.txt',
      contentType: 'text/plain',
    })
    .expect(201);
  return body as Resource;
}
