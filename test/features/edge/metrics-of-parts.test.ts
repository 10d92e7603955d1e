import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { EdgeMetricsModule } from 'nest-dual-id/edge';
import { FeedHealth, HistoryModule } from 'nest-dual-id/history';
import type { Api } from '../../support/api.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { openSession } from '../../support/open-session.js';
import type { Staff } from '../identity/staff.js';
import { Employee, openStaff, staffEntities } from '../identity/staff.js';
import { until } from '../identity/until.js';
import { startEdge } from './edge-api.js';

let staff: Staff;
let proxy: DatabaseProxy;
let api: Api;
beforeAll(async () => {
  staff = await openStaff();
  proxy = await DatabaseProxy.before(staff.url);
  api = await startEdge({
    url: proxy.url,
    entities: staffEntities,
    controllers: [],
    imports: [
      HistoryModule.forRoot({ feed: { lookEvery: 50 } }),
      EdgeMetricsModule.forRoot({ feed: FeedHealth }),
    ],
  });
});
afterAll(async () => {
  await api.close();
  await proxy.stop();
  await staff.stop();
});

const read = async () => (await api.get('/metrics')).text;
const figureIn = (text: string, figure: string) =>
  Number(new RegExp(`part="database",figure="${figure}"\\} (\\d+)`).exec(text)![1]);
const ageIn = (text: string) => Number(/dual_id_feed_horizon_age_seconds (\d+)/.exec(text)![1]);

test('the metrics show how many reads share a statement, and how many need none', async () => {
  const uuids = await Promise.all(Array.from({ length: 8 }, () => staff.employee()));
  const employees = api.app.get(Repositories).of(Employee);
  const before = await read();
  const resolveEach = () =>
    Promise.all(uuids.map((uuid) => employees.resolve(uuid as PublicId<Employee>)));
  await resolveEach();
  await resolveEach();
  const after = await read();
  const grown = (figure: string) => figureIn(after, figure) - figureIn(before, figure);
  expect(['batches', 'batchedReads', 'soughtIds', 'cachedIds'].map(grown)).toEqual([1, 8, 8, 8]);
  expect(figureIn(after, 'connections')).toBeGreaterThan(0);
  expect(figureIn(after, 'readWaiting')).toBe(0);
});

test('the metrics show for how long an open transaction has held the feed back', async () => {
  const session = await openSession(staff.url, 'UPDATE employees SET name = name');
  await until(async () => ageIn(await read()) > 0);
  await session.end();
});

test('the metrics are there while the database is away', async () => {
  await proxy.stop();
  const { status, text } = await api.get('/metrics');
  expect(status).toBe(200);
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/metrics"');
  expect(text).toMatch(/nodejs_eventloop_lag_seconds \d/);
  expect(figureIn(text, 'batches')).toBeGreaterThan(0);
  expect(text).toMatch(/dual_id_feed_horizon_age_seconds \d/);
});
