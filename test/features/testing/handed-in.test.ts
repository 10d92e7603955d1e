import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrawlReport, LeakTestOptions } from 'nest-dual-id/testing';
import { inspectApplication } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import { HiddenController } from './hidden.controller.js';
import { Note, Owner } from './notebook.js';
import type { Notebook } from './notebook.js';
import { notebook } from './notebook.js';

let running: Notebook;
let owners: Owner[];
beforeAll(async () => {
  running = await notebook([HiddenController]);
});
afterAll(() => running.stop());

const seed = async () => {
  const source = running.app.get(DataSource);
  owners = await source.getRepository(Owner).save([{ name: 'Ada' }, { name: 'Karl' }]);
  const notes = [...owners, ...owners].map((owner) => ({ owner, title: 'Note' }));
  await source.getRepository(Note).save(notes);
};
const inspect = (options: LeakTestOptions) => inspectApplication(running.app, options);
const unused = ({ findings }: CrawlReport) =>
  findings
    .filter(({ what }) => what.startsWith('never responded with 2xx'))
    .map(({ route }) => route);

test('a required query is made up if the description says how', async () => {
  const report = await inspect({ seed });
  expect(report.routes.find(({ route }) => route === 'GET /years')?.succeeded).toBeGreaterThan(0);
  expect(unused(report)).toEqual([
    'GET /reports/{reportUuid}',
    'GET /reports/{reportUuid}/lines',
    'GET /ledgers/{ledger}',
  ]);
});

test('addresses and queries that are shown nowhere can be passed in, and are attacked', async () => {
  const report = await inspect({
    seed,
    params: () => ({
      '/reports/{reportUuid}': owners.map(({ uuid }) => ({ reportUuid: uuid })),
      '/ledgers/{ledger}': [{ ledger: owners[0]!.uuid }],
    }),
    queries: { 'GET /ledgers/{ledger}': { quarter: 'Q1-closed' } },
  });
  expect(unused(report)).toEqual([]);
  expect(report.findings.map(({ route, probe }) => `${route} ${probe}`)).toEqual([
    'GET /ledgers/{ledger} numeric-path',
  ]);
  const probes = (path: string) => report.routes.find(({ route }) => route === path)?.probes;
  expect(probes('GET /reports/{reportUuid}')).toContain('numeric-path');
  expect(probes('GET /reports/{reportUuid}/lines')).toContain('damaged-cursor');
});

test.each<[string, LeakTestOptions, string]>([
  [
    'a query of an unknown operation',
    { queries: { 'GET /none': {} } },
    'The queries name GET /none. Name an operation',
  ],
  [
    'an unknown query parameter',
    { queries: { 'GET /years': { month: 1 } } },
    'The queries of GET /years name month. Name one of its query parameters',
  ],
  [
    'parameters of an unknown path',
    { params: { '/none': [] } },
    'The params name /none. Name a path',
  ],
  [
    'an address without its parameter',
    { params: { '/reports/{reportUuid}': [{ uuid: 'x' }] } },
    'The params of /reports/{reportUuid} leave out reportUuid. Name every one',
  ],
])('%s is refused', async (_what, options, problem) => {
  await expect(inspect(options)).rejects.toThrow(problem);
});

test('the report names the columns with ids from before the test, which are not recognized in a text', async () => {
  const source = running.app.get(DataSource);
  await source.query('CREATE TABLE kinds (id smallint GENERATED ALWAYS AS IDENTITY, name text)');
  expect((await inspect({ seed })).unmarked).toEqual([]);
  await source.query(`INSERT INTO kinds (name) VALUES ('small')`);
  await source.query(`INSERT INTO owners (id, name) VALUES (7, 'Early')`);
  expect((await inspect({ seed })).unmarked).toEqual(['kinds.id', 'owners.id']);
});
