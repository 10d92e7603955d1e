import { expectNoInternalIds } from 'nest-dual-id/testing';
import request from 'supertest';
import { Refusals } from '../src/access/refusals.js';
import type { Clinic } from './clinic.js';
import { api, startClinic, tokens } from './clinic.js';
import {
  aDepartment,
  aDocument,
  aDoctor,
  aPatient,
  aPrescription,
  aSpeciality,
  create,
} from './clinic-data.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.close());

describe('access (e2e)', () => {
  it('is refused without a token, and recorded by the filter of the application', async () => {
    const recorded = vi
      .spyOn(clinic.app.get(Refusals), 'add')
      .mockReturnValue();
    const { body } = await clinic.nobody('get', '/patients').expect(401);
    expect(body).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(recorded.mock.calls).toEqual([
      [{ status: 401, method: 'GET', path: `${api}/patients` }],
    ]);
    recorded.mockRestore();
  });

  it('is refused to a role that may not do it', async () => {
    const { uuid } = await aPatient(clinic);
    const { uuid: doctorUuid } = await aDoctor(clinic);
    const prescription = {
      doctorUuid,
      medicine: 'Ibuprofen',
      milligrams: '400',
    };
    const path = `/patients/${uuid}/prescriptions`;
    const { body } = await clinic
      .reception('post', path, prescription)
      .expect(403);
    expect(body).toMatchObject({ code: 'forbidden' });
    const written = await clinic.doctor('post', path, prescription).expect(201);
    expect(written.headers['location']).toBe(
      `${api}${path}/${written.body.uuid}`,
    );
  });
});

describe('the API description (e2e)', () => {
  it('is served by Swagger, with the schemas of the views', async () => {
    const server = clinic.app.getHttpServer();
    const { body } = await request(server).get('/docs-json').expect(200);
    expect(body.info).toMatchObject({ title: 'Clinic', version: '1.0' });
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining([
        'PatientView',
        'DoctorView',
        'CreatePatientDto',
        'Problem',
      ]),
    );
    expect(body.paths).toHaveProperty([`${api}/patients/{patientUuid}`, 'get']);
    const page = await request(server).get('/docs').expect(200);
    expect(page.text).toContain('swagger-ui');
  });
});

describe('the whole application (e2e)', () => {
  it('lets no internal id out and none in', async () => {
    const seed = async () => {
      for (const name of ['Heart', 'Lungs']) {
        const patient = await aPatient(clinic);
        const { doctorUuid } = await aPrescription(clinic, patient);
        await aDocument(clinic, patient);
        const speciality = await aSpeciality(clinic, name);
        await clinic
          .reception('put', `/doctors/${String(doctorUuid)}/specialities`, {
            specialityUuids: [speciality.uuid],
          })
          .expect(200);
        await create(clinic.reception, '/appointments', {
          patientUuid: patient.uuid,
          doctorUuid,
          startsAt: '2030-05-01T09:00:00.000Z',
        });
        await aDepartment(clinic, (await aDepartment(clinic)).uuid);
      }
    };
    const report = await expectNoInternalIds(clinic.app, {
      seed,
      headers: { Authorization: `Bearer ${tokens.doctor}` },
      skip: {
        [`POST ${api}/patients/{patientUuid}/documents`]: 'takes a file',
      },
      limits: { seconds: 240 },
    });
    expect(report.requests).toBeGreaterThan(500);
  }, 300_000);
});
