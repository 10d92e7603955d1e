import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { clientOf } from '../support/http-client.js';
import type { Ask } from '../support/http-client.js';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { migratedFor, urlAs } from '../support/roles.js';
import { createVisits, describeVisits, migrateVisits } from './visits.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let ask: Ask;
beforeAll(async () => {
  database = await emptyDatabase();
  await migratedFor(database.url, migrateVisits);
  // Only the owner can plant canary ids.
  app = await createVisits(urlAs('owner', database.url));
  await app.listen(0, '127.0.0.1');
  ask = clientOf(app);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const plan = (guest: string) =>
  ask('POST', '/visits', { body: { guest, day: '2026-05-01' } }).then(({ body }) => body);
const servedNow = { servedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) };

describe('an application whose responses are in an envelope', () => {
  test('shows the plan as data, with its other properties next to it', async () => {
    const { data, meta } = await plan('Ada');
    expect(meta).toEqual(servedNow);
    const { uuid } = data as { uuid: string };
    const one = await ask('GET', `/visits/${uuid}`);
    expect(one.body).toEqual({ data, meta: servedNow });
    expect(one.headers['set-cookie']).toEqual([expect.stringContaining(`lastVisit=${uuid}`)]);
    const known = { headers: { 'if-none-match': one.headers.etag! } };
    expect((await ask('GET', `/visits/${uuid}`, known)).status).toBe(304);
  });

  test('returns its state without one', async () => {
    expect((await ask('GET', '/state')).body).toEqual({ status: 'ok' });
  });

  test('is described with its decorators and its builder', async () => {
    const { servers, components, paths } = await describeVisits(app);
    expect(servers).toEqual([{ url: 'https://visits.example.org' }]);
    expect(components).toMatchObject({
      securitySchemes: { bearer: { scheme: 'bearer' } },
      schemas: { PlanVisit: { properties: { guest: { description: 'Who comes.' } } } },
    });
    expect(paths['/visits/{visitUuid}']!.get).toMatchObject({
      security: [{ bearer: [] }],
      responses: { 404: { description: 'Nobody planned this visit.' } },
    });
  });

  test('leaks no internal id and accepts none, and is crawled like any other', async () => {
    const seed = async () => void (await Promise.all(['Grace', 'Edith', 'Joan'].map(plan)));
    const report = await expectNoInternalIds(app, { seed });
    const reached = report.routes.filter(({ succeeded }) => succeeded > 0);
    expect(reached.map(({ route }) => route).toSorted()).toEqual([
      'GET /state',
      'GET /visits',
      'GET /visits/{visitUuid}',
      'POST /visits',
    ]);
    const page = report.routes.find(({ route }) => route === 'GET /visits')!;
    expect([...page.probes]).toEqual(expect.arrayContaining(['damaged-cursor']));
  });
});
