import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { createParcels } from './parcels.js';

let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  app = await createParcels();
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

test('a guarded controller takes public ids and refuses numbers', async () => {
  const parcelUuid = randomUUID();
  const found = await fetch(`${url}/parcels/${parcelUuid}`);
  expect(await found.json()).toEqual({ parcelUuid, state: 'on its way' });
  const refused = await fetch(`${url}/parcels/7`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: 'malformed_public_id' });
});

test('a guarded controller refuses the name of an internal id', async () => {
  const refused = await fetch(`${url}/parcels/${randomUUID()}?parcelId=7`);
  expect(await refused.json()).toMatchObject({ code: 'internal_id_refused' });
});
