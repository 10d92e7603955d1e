import type { Clinic } from './clinic.js';
import { api, startClinic } from './clinic.js';
import { aDocument, aPatient } from './clinic-data.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.close());

describe('documents (e2e)', () => {
  it('are uploaded, and their bytes come back as a stream', async () => {
    const patient = await aPatient(clinic);
    const path = `/patients/${patient.uuid}/documents`;
    const uploaded = await clinic
      .reception('post', path)
      .attach('file', Buffer.from('pulse 72'), {
        filename: 'pulse.txt',
        contentType: 'text/plain',
      })
      .expect(201);
    const { uuid } = uploaded.body as { uuid: string };
    expect(uploaded.headers['location']).toBe(`${api}${path}/${uuid}`);
    expect(uploaded.body).toEqual({
      uuid,
      patientUuid: patient.uuid,
      fileName: 'pulse.txt',
      mediaType: 'text/plain',
      size: 8,
    });
    const content = await clinic
      .reception('get', `${path}/${uuid}/content`)
      .expect(200);
    expect(content.headers['content-type']).toBe('text/plain');
    expect(content.text).toBe('pulse 72');
  });

  it('are those of their patient and of nobody else', async () => {
    const [patient, other] = [await aPatient(clinic), await aPatient(clinic)];
    const { uuid } = await aDocument(clinic, patient);
    await clinic
      .reception('get', `/patients/${other.uuid}/documents/${uuid}`)
      .expect(404);
    await clinic
      .reception('get', `/patients/${other.uuid}/documents/${uuid}/content`)
      .expect(404);
  });

  it('are refused when nothing was sent, or something else than a form', async () => {
    const { uuid } = await aPatient(clinic);
    const path = `/patients/${uuid}/documents`;
    const empty = await clinic
      .reception('post', path)
      .field('note', 'no file')
      .expect(400);
    expect(empty.body).toMatchObject({
      detail: expect.stringContaining('Send a file.'),
    });
    await clinic.reception('post', path, { file: 'text' }).expect(415);
  });
});
