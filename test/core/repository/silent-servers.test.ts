import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Database, dualIdDataSource, Repositories } from 'nest-dual-id';
import type { DualIdRepository } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { Library } from '../../support/library/library.js';
import { sql } from '../../support/library/library.js';
import { openStations } from '../../support/stations/stations.js';
import { Meter, MeterView, stationEntities } from '../../support/stations/stations.entities.js';

let stations: Library;
let proxy: DatabaseProxy;
let source: DataSource;
beforeEach(async () => {
  stations = await openStations();
  proxy = await DatabaseProxy.before(stations.url);
});
afterEach(async () => {
  await source.destroy();
  await proxy.stop();
  await stations.close();
});

/** What waits for the server longer than the server may work at one statement. */
const limits = { statement: 300, query: 600 };

async function metersBehind({ url }: DatabaseProxy): Promise<DualIdRepository<Meter>> {
  const options = dualIdDataSource({ url, entities: stationEntities, limits });
  source = await new DataSource(options).initialize();
  const database = new Database(source, {});
  return new Repositories(source, database, new ViewRegistry(source), {}).of(Meter);
}

const unavailable = { status: 'rejected', reason: { code: 'unavailable' } };

test('reads that share a statement wait for a silent server once, and not again one by one', async () => {
  const { uuid: one } = await stations.repositories.of(Meter).create(MeterView, { name: 'one' });
  const { uuid: two } = await stations.repositories.of(Meter).create(MeterView, { name: 'two' });
  const meters = await metersBehind(proxy);
  const sent = proxy.count(/FROM "?meters/);
  const frozen = proxy.at(/FROM "?meters/, 'frozen behind it');
  const outcomes = await Promise.allSettled([one, two].map((id) => meters.get(MeterView, id)));
  await frozen;
  expect(outcomes).toMatchObject([unavailable, unavailable]);
  expect(sent()).toBe(1);
  expect(await meters.get(MeterView, one)).toMatchObject({ name: 'one' });
});

test('so do creates that share a transaction, and none is done', async () => {
  const meters = await metersBehind(proxy);
  const sent = proxy.count(/INSERT INTO/);
  const frozen = proxy.at(/INSERT INTO/, 'frozen behind it');
  const create = (name: string) => meters.create(MeterView, { name });
  const outcomes = await Promise.allSettled(['one', 'two'].map(create));
  await frozen;
  expect(outcomes).toMatchObject([unavailable, unavailable]);
  expect(sent()).toBe(1);
  expect(await sql(stations, 'SELECT name FROM meters')).toEqual([]);
});
