import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import { Employee, EmployeesController, history, migrateEmployees, signedIn } from './salaries.js';

const boss = '0197c0de-0000-7000-8000-000000000001';
let salaries: Example;
beforeAll(async () => {
  salaries = await startExample({
    entities: [Employee],
    controllers: [EmployeesController],
    imports: [history],
    migrate: migrateEmployees,
    prepare: (app) => {
      const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
      fastify.addHook('onRequest', (request, _reply, done) => {
        const [, user] = String(request.headers.authorization).split(' ');
        if (user === undefined) done();
        else signedIn.run(user, done);
      });
    },
  });
});
afterAll(() => salaries.stop());

test('a raise is in the history with who gave it', async () => {
  const hired = await salaries.ask('POST', '/employees', {
    body: { name: 'Ada', salary: '4200.00' },
  });
  const uuid = String(hired.body['uuid']);
  const as = { headers: { authorization: `Bearer ${boss}` } };
  await salaries.ask('PATCH', `/employees/${uuid}`, { body: { salary: '4700.00' }, ...as });
  const rows = await salaries.sql(
    `SELECT operation, actor, old->>'salary' AS before, new->>'salary' AS after
     FROM dual_id.changes WHERE uuid = '${uuid}' ORDER BY change_id`,
  );
  expect(rows).toEqual([
    { operation: 'I', actor: null, before: null, after: '4200.00' },
    { operation: 'U', actor: boss, before: '4200.00', after: '4700.00' },
  ]);
});

test('no internal id leaves or enters', async () => {
  const hire = (name: string) =>
    salaries.ask('POST', '/employees', { body: { name, salary: '1.00' } });
  const seed = () => Promise.all([hire('Grace'), hire('Joan')]);
  await expectNoInternalIds(await salaries.asOwner(), { seed });
});
