import { randomUUID } from 'node:crypto';
import type { Clinic } from './clinic.js';
import { api, startClinic } from './clinic.js';
import type { Resource } from './clinic-data.js';
import { aDocument, aPatient, aPrescription, create } from './clinic-data.js';

let clinic: Clinic;
let patient: Resource;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.close());
beforeEach(async () => {
  patient = await aPatient(clinic);
});

describe('patients (e2e)', () => {
  it('are created, and their address has the prefix and the version', async () => {
    const { organisationUuid } = patient;
    const created = await clinic
      .reception('post', '/patients', {
        firstName: 'Ben',
        lastName: 'Abara',
        email: 'ben@example.com',
        address: { street: 'Hill 2', city: 'Hilltown', postalCode: '2000' },
        organisationUuid,
      })
      .expect(201);
    const { uuid } = created.body as Resource;
    expect(created.headers['location']).toBe(`${api}/patients/${uuid}`);
    expect(created.body).toEqual({
      uuid,
      firstName: 'Ben',
      lastName: 'Abara',
      email: 'ben@example.com',
      bornOn: null,
      street: 'Hill 2',
      city: 'Hilltown',
      postalCode: '2000',
      organisationUuid,
      insurerUuid: null,
    });
  });

  it('are read, listed and searched for', async () => {
    const { body } = await clinic
      .reception('get', `/patients/${patient.uuid}`)
      .expect(200);
    expect(body).toEqual(patient);
    const query = `organisationUuid=${String(patient.organisationUuid)}&q=lindq&sort=-lastName`;
    const { body: page } = await clinic
      .reception('get', `/patients?${query}`)
      .expect(200);
    expect(page).toEqual({ items: [patient], nextCursor: null });
  });

  it('are named by public ids and by nothing else', async () => {
    const [{ id }] = await clinic.sql<{ id: string }>(
      'SELECT id FROM patients WHERE uuid = $1',
      [patient.uuid],
    );
    const refused = await clinic
      .reception('get', `/patients/${id}`)
      .expect(400);
    expect(refused.body).toMatchObject({ code: 'malformed_public_id' });
    const written = await clinic
      .reception('patch', `/patients/${patient.uuid}`, { organisationId: 1 })
      .expect(400);
    expect(written.body).toMatchObject({ code: 'internal_id_refused' });
    await clinic.reception('get', `/patients/${randomUUID()}`).expect(404);
  });

  it('change one line of their address and keep the others', async () => {
    const { body } = await clinic
      .reception('patch', `/patients/${patient.uuid}`, {
        address: { city: 'Hilltown' },
      })
      .expect(200);
    expect(body).toEqual({ ...patient, city: 'Hilltown' });
  });

  it('change at the version that somebody saw, or not at all', async () => {
    const path = `/patients/${patient.uuid}`;
    const { etag } = (await clinic.reception('get', path).expect(200)).headers;
    const change = (firstName: string) =>
      clinic.reception('patch', path, { firstName }).set('If-Match', etag!);
    await change('Adele').expect(200);
    await change('Adam').expect(412);
  });

  it('have one email address each', async () => {
    const { body } = await clinic
      .reception('post', '/patients', {
        firstName: 'Eve',
        lastName: 'Other',
        email: patient.email,
        address: { street: 'Hill 2', city: 'Hilltown', postalCode: '2000' },
        organisationUuid: patient.organisationUuid,
      })
      .expect(409);
    expect(body).toMatchObject({
      code: 'conflict',
      errors: [{ pointer: '/email' }],
    });
  });

  it('are forgotten when they ask for it, and what was prescribed stays', async () => {
    const { uuid } = patient;
    const prescription = await aPrescription(clinic, patient);
    await aDocument(clinic, patient);
    await clinic.reception('delete', `/patients/${uuid}`).expect(204);
    await clinic.reception('get', `/patients/${uuid}`).expect(410);
    const [row] = await clinic.sql(
      `SELECT first_name, email, born_on, address_city FROM patients WHERE uuid = $1`,
      [uuid],
    );
    expect(row).toEqual({
      first_name: '',
      email: `erased-${uuid}@example.invalid`,
      born_on: null,
      address_city: '',
    });
    const [kept] = await clinic.sql(
      'SELECT medicine FROM prescriptions WHERE uuid = $1',
      [prescription.uuid],
    );
    expect(kept).toEqual({ medicine: 'Ibuprofen' });
    expect(await clinic.sql('SELECT FROM documents')).toEqual([]);
  });
});

describe('appointments (e2e)', () => {
  it('are made, found by day and kept', async () => {
    const prescription = await aPrescription(clinic, patient);
    const appointment = await create(clinic.reception, '/appointments', {
      patientUuid: patient.uuid,
      doctorUuid: prescription.doctorUuid,
      startsAt: '2030-05-01T09:00:00.000Z',
    });
    expect(appointment).toMatchObject({
      doctorName: 'Dr Imani Okafor',
      status: 'planned',
    });
    const day = 'from=2030-05-01T00:00:00Z&to=2030-05-02T00:00:00Z';
    const { body } = await clinic
      .reception('get', `/appointments?${day}`)
      .expect(200);
    expect(body).toEqual({ items: [appointment], nextCursor: null });
    await clinic
      .reception('patch', `/appointments/${appointment.uuid}`, {
        status: 'kept',
      })
      .expect(200);
    const again = {
      ...appointment,
      uuid: undefined,
      status: undefined,
      doctorName: undefined,
    };
    const { body: taken } = await clinic
      .reception('post', '/appointments', again)
      .expect(409);
    expect(taken).toMatchObject({ code: 'conflict' });
  });
});
