import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DualIdError } from 'nest-dual-id';
import { Persons } from '../../../src/core/erasure/persons.js';
import { IdempotentRoutes } from '../../../src/features/idempotency/idempotent-routes.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql } from '../../support/library/library.js';
import { makePatients, Patient, Visitor, VisitorView } from '../../support/patients.js';
import { roleNames } from '../../support/roles.js';
import type { Ward } from './ward.js';
import { startWard } from './ward.js';

const role = roleNames.application;
let library: Library;
let ward: Ward;
beforeAll(async () => {
  library = await openLibrary({}, [Patient, Visitor], makePatients);
  ward = await startWard();
});
afterAll(async () => {
  await library.close();
  await ward.example.stop();
});

const persons = () => new Persons(library.dataSource, library.database);

test('people whom the role may only read are reported at the start, with what helps', async () => {
  await expect(persons().requireRights()).resolves.toBeUndefined();
  const { uuid } = await library.repositories.of(Visitor).create(VisitorView, { name: 'Ada' });
  await sql(library, `REVOKE INSERT, UPDATE, DELETE ON visitors FROM ${role}`);
  const refusal = await persons()
    .requireRights()
    .catch((error: unknown) => error as DualIdError);
  expect(refusal).toMatchObject({ code: 'setup_refused' });
  const [cure] = /GRANT UPDATE .* TO \w+/.exec((refusal as DualIdError).message)!;
  await sql(library, cure);
  await expect(persons().requireRights()).resolves.toBeUndefined();
  const held = library.database.transaction(() => persons().hold([uuid]));
  expect(await held).toMatchObject({ uuids: [uuid] });
  const change = library.dataSource.query(`UPDATE visitors SET uuid = gen_random_uuid()`);
  await expect(change).rejects.toThrow('never change');
});

test('an application with routes that accept a key does not start without it', async () => {
  await ward.example.sql(`REVOKE UPDATE ON visitors FROM ${role}`);
  const routes = ward.example.app.get(IdempotentRoutes, { strict: false });
  await expect(routes.onApplicationBootstrap()).rejects.toThrow('may not lock rows of');
});
