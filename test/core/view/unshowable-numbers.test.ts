import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import { sql } from '../../support/library/library.js';
import { openStations } from '../../support/stations/stations.js';
import { Meter, stationEntities, TotalView } from '../../support/stations/stations.entities.js';
import { StationsController } from './stations.controller.js';

let stations: Library;
let api: Api;
beforeAll(async () => {
  stations = await openStations();
  api = await startApi({
    url: stations.url,
    entities: stationEntities,
    controllers: [StationsController],
    imports: [IdempotencyModule.forRoot({ caller: 'everyone' })],
  });
});
afterAll(async () => {
  await api.close();
  await stations.close();
});
afterEach(() => sql(stations, 'TRUNCATE stations, meters, readings CASCADE'));

/** Inserts a meter by SQL, and returns its public id. */
async function aMeter(column: string, value: string): Promise<string> {
  const uuid = randomUUID();
  await sql(
    stations,
    `INSERT INTO meters (uuid, name, ${column}) VALUES ('${uuid}', 'odd', ${value})`,
  );
  return uuid;
}

const itemsOf = async (path: string) =>
  (await api.get(path)).body.items as Record<string, unknown>[];

describe('an integer beyond 2^53 declared as a number', () => {
  const long = '9007199254740993';
  const other = '9007199254740991';

  test('fails the request for its row, and is null among others', async () => {
    const uuid = await aMeter('total', long);
    await aMeter('total', other);
    expect((await api.get(`/totals/${uuid}`)).body.code).toBe('internal');
    const sums = (await itemsOf('/totals')).map(({ sum, parts }) => [sum, parts]);
    expect(sums.toSorted()).toEqual(
      [
        [null, null],
        [Number(other), { sum: Number(other) }],
      ].toSorted(),
    );
  });

  test('is not written if the view would show it', async () => {
    const meters = stations.repositories.of(Meter);
    const create = () => meters.create(TotalView, { name: 'long', total: long });
    await expect(create()).rejects.toMatchObject({ code: 'internal' });
    const refused = { status: 'rejected', reason: { code: 'internal' } };
    expect(await Promise.allSettled([create(), create()])).toMatchObject([refused, refused]);
    expect(await sql(stations, 'SELECT FROM meters')).toHaveLength(0);
    const { uuid } = await meters.create(TotalView, { name: 'short', total: other });
    const changed = meters.update(TotalView, uuid, { total: long });
    await expect(changed).rejects.toMatchObject({ code: 'internal' });
    expect((await meters.get(TotalView, uuid)).sum).toBe(Number(other));
  });
});

test('an array of several dimensions fails the request for its row, and harms no page', async () => {
  const uuid = await aMeter('steps', `'{{1,2},{3,4}}'`);
  expect((await api.get(`/values/${uuid}`)).body.code).toBe('internal');
  await aMeter('steps', `'{1,null}'`);
  const steps = (await itemsOf('/values')).map((item) => item['steps']);
  expect(steps.toSorted()).toEqual([null, [1, null]].toSorted());
});
