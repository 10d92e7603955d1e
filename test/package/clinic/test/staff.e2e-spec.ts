import { randomUUID } from 'node:crypto';
import type { Clinic } from './clinic.js';
import { startClinic } from './clinic.js';
import type { Resource } from './clinic-data.js';
import {
  aDepartment,
  aDoctor,
  anOrganisation,
  aSpeciality,
  create,
} from './clinic-data.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.close());

describe('organisations (e2e)', () => {
  it('are changed in part, and deleted', async () => {
    const organisation = await anOrganisation(clinic);
    const path = `/organisations/${organisation.uuid}`;
    const { body } = await clinic
      .reception('patch', path, { address: { postalCode: '1001' } })
      .expect(200);
    expect(body).toEqual({ ...organisation, postalCode: '1001' });
    await clinic.reception('delete', path).expect(204);
    await clinic.reception('get', path).expect(410);
  });
});

describe('departments (e2e)', () => {
  it('are a tree, of which each branch is named by its public id', async () => {
    const { uuid: organisationUuid } = await anOrganisation(clinic);
    const surgery = await create(clinic.reception, '/departments', {
      name: 'Surgery',
      organisationUuid,
    });
    const handSurgery = await create(clinic.reception, '/departments', {
      name: 'Hand surgery',
      organisationUuid,
      parentUuid: surgery.uuid,
    });
    expect(handSurgery.parentUuid).toBe(surgery.uuid);
    const { body } = await clinic
      .reception('get', `/departments/${surgery.uuid}`)
      .expect(200);
    expect(body).toMatchObject({
      parentUuid: null,
      departments: [{ uuid: handSurgery.uuid, name: 'Hand surgery' }],
    });
    const below = await clinic.reception(
      'get',
      `/departments?parentUuid=${surgery.uuid}`,
    );
    expect(below.body).toEqual({ items: [handSurgery], nextCursor: null });
    const { body: moved } = await clinic
      .reception('patch', `/departments/${handSurgery.uuid}`, {
        parentUuid: null,
      })
      .expect(200);
    expect(moved).toMatchObject({ parentUuid: null });
  });

  it('name the parent that does not exist', async () => {
    const { uuid } = await aDepartment(clinic);
    const { body } = await clinic
      .reception('patch', `/departments/${uuid}`, { parentUuid: randomUUID() })
      .expect(422);
    expect(body).toMatchObject({
      code: 'missing_reference',
      errors: [{ pointer: '/parentUuid' }],
    });
  });
});

describe('the specialities of a doctor (e2e)', () => {
  it('are set, added and taken away', async () => {
    const doctor = await aDoctor(clinic);
    const [heart, lungs, skin] = (await Promise.all(
      ['Heart', 'Lungs', 'Skin'].map((name) => aSpeciality(clinic, name)),
    )) as [Resource, Resource, Resource];
    const path = `/doctors/${doctor.uuid}/specialities`;
    const sent = (...specialities: Resource[]) => ({
      specialityUuids: specialities.map(({ uuid }) => uuid),
    });
    const set = await clinic
      .reception('put', path, sent(heart, lungs))
      .expect(200);
    expect(set.body).toMatchObject({ specialities: [heart, lungs] });
    await clinic.reception('post', path, sent(skin)).expect(201);
    await clinic.reception('delete', `${path}/${heart.uuid}`).expect(204);
    const { body } = await clinic
      .reception('get', `/doctors/${doctor.uuid}`)
      .expect(200);
    expect(body).toEqual({ ...doctor, specialities: [lungs, skin] });
  });
});

describe('insurers (e2e)', () => {
  it('of the program before this one are read by their new public ids', async () => {
    const { body } = await clinic.reception('get', '/insurers').expect(200);
    const { items } = body as { items: Resource[] };
    expect(items).toEqual([
      { uuid: expect.any(String), companyName: 'Harbour Health' },
      { uuid: expect.any(String), companyName: 'Northern Mutual' },
    ]);
    const insurer = await clinic
      .reception('get', `/insurers/${items[0]!.uuid}`)
      .expect(200);
    expect(insurer.body).toEqual(items[0]);
    await clinic.reception('get', '/insurers/2').expect(400);
  });
});
