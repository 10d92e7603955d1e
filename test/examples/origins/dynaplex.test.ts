import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import {
  AccessRole,
  AccessRolesController,
  migrateOperators,
  Operator,
  OperatorsController,
} from './dynaplex.js';

let plant: Example;
const roleUuid = newPublicId(7);
beforeAll(async () => {
  plant = await startExample({
    entities: [AccessRole, Operator],
    controllers: [AccessRolesController, OperatorsController],
    migrate: migrateOperators,
  });
  await plant.sql(`INSERT INTO access_roles (uuid, title) VALUES ('${roleUuid}', 'driver')`);
});
afterAll(() => plant.stop());

const hire = (name: string) => plant.ask('POST', '/operators', { body: { name, roleUuid } });

test('an entity and its passport are one row each, of one type', async () => {
  const { body: operator } = await hire('Ada');
  expect(operator).toMatchObject({ name: 'Ada', roleUuid });
  const [passport] = await plant.sql(`SELECT p.name, t.name AS type, p.entity_id = o.id AS agree
    FROM dual_id.passports p JOIN dual_id.platform_types t ON t.id = p.platform_type_id
    JOIN operators o USING (uuid) WHERE uuid = '${String(operator['uuid'])}'`);
  expect(passport).toEqual({ name: 'Ada', type: 'operator', agree: true });
});

test("a row cannot claim another row's public id, or another type", async () => {
  const { body } = await hire('Grace');
  const claim = `INSERT INTO operators (uuid, name, role_uuid)
    VALUES ('${roleUuid}', 'impostor', '${roleUuid}')`;
  await expect(plant.sql(claim)).rejects.toMatchObject({ code: '23505' });
  const retype = `UPDATE operators SET platform_type_id = 33
    WHERE uuid = '${String(body.uuid)}'`;
  await expect(plant.sql(retype)).rejects.toThrow();
});

test('no internal id leaves or enters', async () => {
  const seed = () => Promise.all([hire('Joan'), hire('Mary')]);
  await expectNoInternalIds(await plant.asOwner(), { seed });
});
