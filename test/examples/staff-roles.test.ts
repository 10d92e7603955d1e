import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Repositories } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { History } from 'nest-dual-id/history';
import { Group, Identity, JwtVerifier } from 'nest-dual-id/identity';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { clientOf } from '../support/http-client.js';
import type { Ask } from '../support/http-client.js';
import { migratedFor } from '../support/roles.js';
import {
  beginHospital,
  createHospital,
  migrateNurses,
  rolesEver,
  WardView,
} from './staff-roles.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let ask: Ask;
let key: CryptoKey;
let roles: Awaited<ReturnType<typeof beginHospital>>;
const nurses: Record<string, string> = {};
beforeAll(async () => {
  database = await emptyDatabase();
  const url = await migratedFor(database.url, migrateNurses);
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const signIn = new JwtVerifier({
    issuer: 'https://sign-in.example',
    audience: 'hospital',
    keys: [await exportJWK(pair.publicKey)],
  });
  app = await createHospital(url, signIn);
  await app.listen(0, '127.0.0.1');
  ask = clientOf(app);
  const insert = `INSERT INTO nurses (name) VALUES ('Ada'), ('Bea'), ('Cleo') RETURNING name, uuid`;
  for (const { name, uuid } of await runSql<{ name: string; uuid: string }>(database.url, insert)) {
    nurses[name] = uuid;
  }
  roles = await beginHospital(app.get(Identity), nurses['Ada']!);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function as(name: string, method: string, path: string) {
  const token = await new SignJWT({ sub: nurses[name]! })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('https://sign-in.example')
    .setAudience('hospital')
    .setExpirationTime('1m')
    .sign(key);
  return ask(method, path, { headers: { authorization: `Bearer ${token}` } });
}

const roleOf = (name: string, role: { uuid: string }) =>
  `/nurses/${nurses[name]}/roles/${role.uuid}`;

test('a nurse without a role sees nothing, and one with a role what it permits', async () => {
  const path = `/nurses/${nurses['Cleo']}`;
  expect((await as('Cleo', 'GET', path)).body).toMatchObject({ code: 'forbidden' });
  expect((await as('Ada', 'PUT', roleOf('Cleo', roles.nurse))).status).toBe(204);
  expect((await as('Cleo', 'GET', path)).body).toEqual({
    uuid: nurses['Cleo'],
    name: 'Cleo',
    roleUuids: [roles.nurse.uuid],
  });
});

test('a head nurse makes head nurses, but no directors', async () => {
  await as('Ada', 'PUT', roleOf('Bea', roles.head));
  expect((await as('Bea', 'PUT', roleOf('Cleo', roles.head))).status).toBe(204);
  const director = await as('Bea', 'PUT', roleOf('Bea', roles.director));
  expect(director).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

test('the last director stays, and the history has who made whom what', async () => {
  const last = await as('Ada', 'DELETE', roleOf('Ada', roles.director));
  expect(last).toMatchObject({ status: 409, body: { code: 'last_owner' } });
  expect(await rolesEver(app.get(History), nurses['Cleo']!)).toEqual([
    { operation: 'added', uuid: roles.head.uuid, actorUuid: nurses['Bea'] },
    { operation: 'added', uuid: roles.nurse.uuid, actorUuid: nurses['Ada'] },
  ]);
});

test('a view of a ward shows who works there', async () => {
  const identity = app.get(Identity);
  const { uuid: groupUuid } = await identity.createGroup({ name: 'ward 3' });
  await identity.addMember({ groupUuid, principalUuid: nurses['Bea']! });
  const wards = app.get(Repositories).of(Group);
  expect(await wards.get(WardView, groupUuid as PublicId<Group>)).toEqual({
    uuid: groupUuid,
    name: 'ward 3',
    nurses: [{ uuid: nurses['Bea'], name: 'Bea', roleUuids: [roles.head.uuid] }],
  });
});
