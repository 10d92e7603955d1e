import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CrawlFinding } from 'nest-dual-id/testing';
import { expectNoInternalIds, inspectApplication } from 'nest-dual-id/testing';
import { CarelessController, LeakyController } from './leaky.controller.js';
import type { Notebook } from './notebook.js';
import { notebook } from './notebook.js';

test('an application without leaks passes, with every route used', async () => {
  const { app, stop } = await notebook();
  const report = await expectNoInternalIds(app);
  expect(report.findings).toEqual([]);
  expect(report.routes.length).toBeGreaterThan(5);
  expect(report.routes.filter(({ succeeded }) => succeeded === 0)).toEqual([]);
  await stop();
});

test('an exempt path may fail in its own format, but is searched all the same', async () => {
  const { app, stop } = await notebook([], (app) => {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.get('/files/absent', (_request, reply) => reply.code(404).send({ error: 'absent' }));
    fastify.get('/files/rows', (_request, reply) => reply.send('SELECT uuid FROM owners'));
  });
  const { findings } = await inspectApplication(app, {});
  await stop();
  expect(findings.map(({ route, what }) => [route, what])).toEqual([
    ['GET /files/rows', expect.stringContaining('SQL')],
  ]);
});

describe('a controller that', () => {
  let running: Notebook;
  let found: readonly CrawlFinding[];

  beforeAll(async () => {
    running = await notebook([LeakyController]);
    found = (await inspectApplication(running.app, {})).findings;
  });
  afterAll(() => running.stop());

  test.each([
    ['puts an id into an error', 'GET /leaks/detail', 'body', /internal id: owners\.id/],
    ['puts SQL into an error', 'GET /leaks/sql', 'body', /SQL: SELECT uuid FROM/],
    [
      'repeats PostgreSQL',
      'GET /leaks/wording',
      'body',
      /PostgreSQL wording: invalid input syntax/,
    ],
    ['names a constraint', 'GET /leaks/constraint', 'body', /database name: notes_owner_id_fk/],
    ['names a column', 'GET /leaks/column', 'body', /column name: owner_id/],
    ['shows a stack', 'GET /leaks/stack', 'body', /stack frame: at /],
    ...['x-owner-id', 'link', 'content-location', 'set-cookie'].map(
      (name): [string, string, string, RegExp] => [
        `sends a number in ${name}`,
        'GET /leaks/headers',
        `header ${name}`,
        /carries a number where a public id belongs/,
      ],
    ),
    ['sends a number as a uuid', 'GET /leaks/headers', 'body', /^\/uuid has the name of a public/],
    ['sends one in the depth', 'GET /leaks/headers', 'body', /^\/owner\/ownerUuid has the name/],
    ['logs an id', 'every route', 'log', /internal id: owners\.id$/],
    ['prints an id in hex', 'every route', 'log', /internal id: owners\.id as hex/],
    ['takes a number in the path', 'GET /leaks/owners/{owner}', 'status', /200, but .* is 4xx/],
    ['takes a number in the query', 'GET /leaks/search', 'status', /200, but .* empty page/],
    ['takes a number in the body', 'POST /leaks/pick', 'status', /200, but .* is 4xx/],
    ['serves the child of another', 'GET /leaks/{owner}/notes/{note}', 'status', /200, but .* 404/],
  ])('%s is caught', (_name, route, where, what) => {
    const mine = found.filter((finding) => finding.route === route && finding.where === where);
    expect(mine.map((finding) => finding.what)).toContainEqual(expect.stringMatching(what));
  });

  test('leaks is caught only under its own name', () => {
    const routes = found.map(({ route }) => route).filter((route) => !route.includes('/leaks'));
    expect(new Set(routes)).toEqual(new Set(['every route']));
  });
});

describe('a careless controller', () => {
  let running: Notebook;
  let found: readonly CrawlFinding[];

  beforeAll(async () => {
    running = await notebook([CarelessController]);
    found = (await inspectApplication(running.app, {})).findings;
  });
  afterAll(() => running.stop());

  test('that returns a whole row leaks nothing', () => {
    expect(found.filter(({ route }) => route === 'GET /careless/entity')).toEqual([]);
  });

  test.each(['text', 'statement', 'query', 'program'].map((name) => `GET /careless/${name}`))(
    'fails at %s and reveals nothing',
    (path) => {
      const own = found.filter(({ route, probe }) => route === path && probe !== 'head');
      expect(new Set(own.map(({ where, what }) => `${where} ${what.slice(0, 6)}`))).toEqual(
        new Set(['status is 500', 'status never ']),
      );
    },
  );

  test('writes neither ids nor SQL to the log', () => {
    expect(found.filter(({ where }) => where === 'log')).toEqual([]);
  });
});

test('the error lists every finding with its request', async () => {
  const { app, stop } = await notebook([LeakyController]);
  const run = expectNoInternalIds(app, { limits: { requests: 40 } });
  await expect(run).rejects.toThrow(
    /findings in 40 requests[^]*GET \/leaks\/detail: body internal id: owners.id\n {4}\(use\) GET \/leaks\/detail[^]*stopped after 40 requests: raise its limits/,
  );
  await stop();
});
