import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { toMermaid, Traversal } from 'nest-dual-id/relations';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { migratedFor } from '../support/roles.js';
import { runSql } from '../support/empty-database.js';
import { createTeams, migrateTeams } from './teams.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let url: string;
const uuids: Record<string, string> = {};
beforeAll(async () => {
  database = await emptyDatabase();
  const applicationUrl = await migratedFor(database.url, migrateTeams);
  app = await createTeams(applicationUrl);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  const insert = `INSERT INTO teams (name) VALUES ('web'), ('data'), ('core') RETURNING name, uuid`;
  for (const { name, uuid } of await runSql<{ name: string; uuid: string }>(database.url, insert)) {
    uuids[name] = uuid;
  }
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function call(method: string, path: string, body?: object, caller = 'Bearer staff') {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: caller, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const relate = (from: string, relation: string, to: string, metadata?: object) =>
  call('PUT', `/registry/${uuids[from]}/relations/${relation}/${uuids[to]}`, { metadata });

test('teams are related over HTTP, with metadata of the declared shape', async () => {
  const made = await relate('web', 'member', 'core', { role: 'lead' });
  expect(made).toMatchObject({ status: 200, body: { metadata: { role: 'lead' } } });
  const refused = await relate('web', 'member', 'core', { role: 'king' });
  expect(refused.body).toMatchObject({ code: 'invalid_body' });
});

test('no route is open to callers that the guard refuses', async () => {
  const [web, core] = [uuids['web'], uuids['core']];
  const edge = `/registry/${web}/relations/member/${core}`;
  const routes = [
    ['PUT', edge],
    ['GET', edge],
    ['DELETE', edge],
    ['GET', '/registry/relation-types'],
    ...['relations', 'graph', 'diagram', `paths/${core}`, 'impact'].map((path) => [
      'GET',
      `/registry/${web}/${path}`,
    ]),
  ] as [string, string][];
  for (const [method, path] of routes) {
    const body = method === 'PUT' ? {} : undefined;
    const refused = await call(method, path, body, 'Bearer nobody');
    expect([method, path, refused.status]).toEqual([method, path, 403]);
  }
});

test('an own relation type refuses cycles', async () => {
  await relate('data', 'before', 'web');
  await relate('web', 'before', 'core');
  expect((await relate('core', 'before', 'data')).body).toMatchObject({ code: 'relation_cycle' });
  expect((await relate('data', 'after', 'core')).body).toMatchObject({ code: 'relation_cycle' });
});

test('the graph is drawn with names by code that may show them', async () => {
  const traversal = app.get(Traversal, { strict: false });
  const graph = await traversal.graph(uuids['data']!, { relation: 'before', direction: 'out' });
  const names = new Map(Object.entries(uuids).map(([name, uuid]) => [uuid, name]));
  expect(toMermaid(graph, ({ uuid }) => names.get(uuid)!)).toBe(`flowchart LR
  n0["data"]
  n1["web"]
  n2["core"]
  n0 -->|"before"| n1
  n1 -->|"before"| n2
`);
});
