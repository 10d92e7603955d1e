import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Computed, Database, dualIdDataSource, Field, Repositories, View } from 'nest-dual-id';
import type { DualIdRepository, PublicId } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { openStations } from '../../support/stations/stations.js';
import {
  Meter,
  MeterView,
  RatioView,
  Station,
  StationView,
  stationEntities,
} from '../../support/stations/stations.entities.js';

let stations: Library;
let meters: DualIdRepository<Meter>;
let good: RatioView[];
beforeAll(async () => {
  stations = await openStations();
  meters = stations.repositories.of(Meter);
  const names = Array.from({ length: 15 }, (_, index) => ({ name: `good ${index}` }));
  good = await meters.createMany(RatioView, names);
});
afterAll(() => stations.close());

async function badRow(): Promise<PublicId<Meter>> {
  const uuid = randomUUID();
  await sql(stations, `INSERT INTO meters (uuid, name, divisor) VALUES ('${uuid}', 'bad', 0)`);
  return uuid as PublicId<Meter>;
}

const readAll = (uuids: readonly PublicId<Meter>[]) =>
  Promise.allSettled(uuids.map((uuid) => meters.get(RatioView, uuid)));

type Meters = (column: string) => string;
/** Views whose number fails if the divisor is 0, with states also used for schemas and rights. */
const other = (meter: Meters) => `CASE WHEN ${meter('divisor')} = 0 THEN`;
const failures: [string, (meter: Meters) => string][] = [
  ['a value no cast knows', (meter) => `(${other(meter)} 'NaN' ELSE '1' END)::numeric::integer`],
  [
    'a text that is no query',
    (meter) => `numnode(to_tsquery('simple', ${other(meter)} 'a b' ELSE 'a' END))`,
  ],
  [
    'a name that is unknown',
    (meter) => `(${other(meter)} 'a' ELSE 'meters' END)::regclass::oid::int`,
  ],
  ['an error that a function raises', (meter) => `raising(${meter('divisor')})`],
];

function failing(
  name: string,
  sql: (meter: Meters) => string,
): new () => { uuid: PublicId<Meter> } {
  @View(Meter, { name })
  class FailingView {
    @Field() uuid!: PublicId<Meter>;
    @Computed({ type: 'integer' }, sql) found!: number;
  }
  return FailingView;
}

const statuses = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map(({ status }) => status);

describe('a row that fails', () => {
  test('fails its own read and no other of its batch', async () => {
    const uuids = [...good.map(({ uuid }) => uuid), await badRow()];
    const outcomes = await readAll(uuids);
    expect(statuses(outcomes)).toEqual([...good.map(() => 'fulfilled'), 'rejected']);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'internal' } });
  });

  test.each(failures)('by %s fails no other either', async (what, of) => {
    await sql(
      stations,
      `CREATE OR REPLACE FUNCTION raising(number integer) RETURNS integer LANGUAGE plpgsql AS $$
       BEGIN
         IF number = 0 THEN RAISE 'no' USING ERRCODE = 'insufficient_privilege'; END IF;
         RETURN 1;
       END $$`,
    );
    const view = failing(what.replaceAll(' ', ''), of);
    const uuids = [...good.map(({ uuid }) => uuid), await badRow()];
    const outcomes = await Promise.allSettled(uuids.map((uuid) => meters.get(view, uuid)));
    expect(statuses(outcomes)).toEqual([...good.map(() => 'fulfilled'), 'rejected']);
  });

  test('is separated from then on, so that others share a statement again', async () => {
    const bad = await badRow();
    const uuids = [...good.map(({ uuid }) => uuid), bad];
    const first = await statementsOf(stations, () => readAll(uuids));
    const second = await statementsOf(stations, () => readAll(uuids));
    expect(first).toHaveLength(1 + uuids.length);
    expect(second).toHaveLength(2);
    await sql(stations, `UPDATE meters SET divisor = 4 WHERE uuid = '${bad}'`);
    expect((await meters.get(RatioView, bad)).percent).toBe(25);
  });

  test('fails the pages it is on, and none that share a statement with them', async () => {
    const { uuid: here } = await stations.repositories
      .of(Station)
      .create(StationView, { name: 'h' });
    const { uuid: there } = await stations.repositories
      .of(Station)
      .create(StationView, { name: 't' });
    await meters.create(RatioView, { name: 'fine', stationUuid: here });
    const bad = await badRow();
    await sql(
      stations,
      `UPDATE meters SET station_id = (SELECT id FROM stations WHERE uuid = '${there}')
       WHERE uuid = '${bad}'`,
    );
    const page = (station: string) =>
      meters.page(RatioView, { limit: 5, sort: [], filters: {}, within: { station } });
    const outcomes = await Promise.allSettled([here, there, here].map(page));
    expect(statuses(outcomes)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('is not retried for each if all would fail', async () => {
    await sql(stations, 'ALTER TABLE meters RENAME TO lost');
    let outcomes: PromiseSettledResult<unknown>[] = [];
    const texts = await statementsOf(stations, async () => {
      outcomes = await readAll(good.map(({ uuid }) => uuid));
    });
    await sql(stations, 'ALTER TABLE lost RENAME TO meters');
    expect(new Set(statuses(outcomes))).toEqual(new Set(['rejected']));
    expect(texts).toHaveLength(1);
  });
});

describe('a row that hits a time limit', () => {
  let source: DataSource | undefined;
  afterEach(() => source?.destroy());

  type Limits = { acquire?: number; statement?: number; query?: number };
  /** The server ends a statement, or the client abandons it, as it does behind a pooler. */
  const sides: [string, Limits, string][] = [
    ['the server', {}, 'unavailable'],
    ['the client', { statement: 5_000, query: 400 }, 'outcome_unknown'],
  ];

  /** Another process with a short limit, and triggers and functions that sleep for one row. */
  async function hasty(limits: Limits, lanes = {}): Promise<DualIdRepository<Meter>> {
    const { url } = stations;
    const options = {
      url,
      entities: stationEntities,
      limits: { statement: 300, ...limits },
      lanes,
    };
    source = await new DataSource(dualIdDataSource(options)).initialize();
    const database = new Database(source, {});
    return new Repositories(source, database, new ViewRegistry(source), {}).of(Meter);
  }

  beforeAll(async () => {
    await sql(
      stations,
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.name = 'slow' THEN PERFORM pg_sleep(3); END IF; RETURN NEW; END $$`,
    );
    await sql(
      stations,
      'CREATE TRIGGER slow BEFORE INSERT ON meters FOR EACH ROW EXECUTE FUNCTION slow()',
    );
  });

  const createAll = (repository: DualIdRepository<Meter>, names: readonly string[]) =>
    Promise.allSettled(names.map((name) => repository.create(MeterView, { name })));
  const rowsNamed = async (prefix: string) =>
    (await sql(stations, `SELECT name FROM meters WHERE name LIKE '${prefix}%'`)).length;

  test.each(sides)(
    'of %s is refused, and those created with it are created',
    async (side, limits, code) => {
      const repository = await hasty(limits);
      const names = [1, 2, 3].map((number) => `${side} ${number}`);
      const outcomes = await createAll(repository, [names[0]!, names[1]!, 'slow', names[2]!]);
      expect(statuses(outcomes)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[2]).toMatchObject({ reason: { code } });
      expect(await rowsNamed(`${side} `)).toBe(3);
    },
  );

  test('keeps nobody waiting longer than for a connection: what did not run is overloaded', async () => {
    const repository = await hasty({ acquire: 100 });
    const outcomes = await createAll(repository, ['slow', 'b 1', 'b 2']);
    expect(outcomes).toMatchObject([
      { reason: { code: 'unavailable' } },
      { reason: { code: 'overloaded', details: { retryAfter: 1 } } },
      { reason: { code: 'overloaded' } },
    ]);
    expect(await rowsNamed('b ')).toBe(0);
  });

  test.each(sides)(
    'of %s makes the other reads of its batch run one at a time',
    async (_, limits) => {
      await sql(
        stations,
        `CREATE OR REPLACE FUNCTION nap(boolean) RETURNS boolean LANGUAGE plpgsql AS
       $$ BEGIN IF $1 THEN PERFORM pg_sleep(3); END IF; RETURN true; END $$`,
      );
      await sql(stations, 'ALTER TABLE meters RENAME TO all_meters');
      await sql(
        stations,
        `CREATE VIEW meters AS SELECT * FROM all_meters WHERE nap(name = 'sleepy') OR name = ''`,
      );
      const uuid = randomUUID() as PublicId<Meter>;
      await sql(stations, `INSERT INTO all_meters (uuid, name) VALUES ('${uuid}', 'sleepy')`);
      const repository = await hasty(limits);
      const all = [good[0]!.uuid, uuid, good[1]!.uuid];
      const read = () => Promise.allSettled(all.map((one) => repository.get(MeterView, one)));
      const outcomes = await read();
      await sql(stations, 'DROP VIEW meters');
      await sql(stations, 'ALTER TABLE all_meters RENAME TO meters');
      expect(statuses(outcomes)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { code: 'unavailable' } });
    },
  );
});
