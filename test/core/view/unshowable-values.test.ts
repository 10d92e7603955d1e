import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import { sql, statementsOf } from '../../support/library/library.js';
import { openStations } from '../../support/stations/stations.js';
import {
  Meter,
  MeterView,
  SettingsView,
  Station,
  stationEntities,
  StationView,
  ValuesView,
} from '../../support/stations/stations.entities.js';
import { StationsController } from './stations.controller.js';

type Item = Record<string, unknown>;
let stations: Library;
let api: Api;
let logged: string[];
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
beforeEach(() => {
  logged = [];
  const note = (text: unknown) => void logged.push(String(text));
  Logger.overrideLogger({ log: () => {}, warn: note, error: note });
});
afterEach(async () => {
  Logger.overrideLogger(false);
  await sql(stations, 'TRUNCATE stations, meters, readings CASCADE');
});

/** Inserts a meter by SQL, and returns its public id. */
async function aMeter(columns: string, values: string): Promise<PublicId<Meter>> {
  const uuid = randomUUID();
  await sql(
    stations,
    `INSERT INTO meters (uuid, name, ${columns}) VALUES ('${uuid}', 'odd', ${values})`,
  );
  return uuid as PublicId<Meter>;
}

const itemsOf = async (path: string) => (await api.get(path)).body.items as Item[];

describe('a value that is neither a number nor a moment', () => {
  test.each([
    ['infinity', 'infinity', 'Infinity', 'Infinity'],
    ['-infinity', '-infinity', '-Infinity', '-Infinity'],
    ['infinity', 'infinity', 'NaN', 'NaN'],
  ])('is shown as documented: %s, %s, %s', async (moment, day, ratio, amount) => {
    const uuid = await aMeter(
      'until, moments, day, ratio, amount',
      `'${moment}', '{${moment},2026-01-15 09:30:00+00}', '${day}', '${ratio}', '${amount}'`,
    );
    const shown = {
      until: moment,
      end: moment,
      moments: [moment, '2026-01-15T09:30:00.000Z'],
      day,
      ratio: null,
      amount,
    };
    expect((await api.get(`/values/${uuid}`)).body).toMatchObject(shown);
    expect(await itemsOf('/values')).toMatchObject([shown]);
  });

  test('matches the schema', () => {
    const { properties } = stations.views.get(ValuesView).schema;
    expect(properties!['ratio']!.type).toEqual(['number', 'null']);
    expect('NaN').toMatch(new RegExp(properties!['amount']!.pattern!));
    expect('-Infinity').toMatch(new RegExp(properties!['amount']!.pattern!));
    expect('12.5').toMatch(new RegExp(properties!['amount']!.pattern!));
    expect('12.').not.toMatch(new RegExp(properties!['amount']!.pattern!));
  });

  test('harms no page, even if no JavaScript Date can hold it', async () => {
    const uuid = await aMeter('until', `'290000-01-01'`);
    const other = await aMeter('until', `'2026-01-15 09:30:00+00'`);
    const items = await itemsOf('/values?sort=-name');
    expect(items.map((item) => [item['uuid'], item['until']]).toSorted()).toEqual(
      [
        [uuid, null],
        [other, '2026-01-15T09:30:00.000Z'],
      ].toSorted(),
    );
  });
});

describe('JSON that does not match its declared shape', () => {
  test.each(['"text"', '[]', '{}', '{"theme": 5}', '{"theme": "x", "sizes": [1, 2.5]}'])(
    '(%s) fails the request for its row, and the log names the column',
    async (settings) => {
      const uuid = await aMeter('settings', `'${settings}'`);
      const { status, body } = await api.get(`/meters/${uuid}`);
      expect([status, body.code]).toEqual([500, 'internal']);
      const line = logged.find((text) => text.includes('SettingsView.settings'));
      expect(line).toContain('the column settings of meters');
      expect(line).toContain(uuid);
    },
  );

  test('is null among others, which are shown', async () => {
    const bad = await aMeter('settings', `'"text"'`);
    const good = await aMeter('settings', `'{"theme": "dark", "more": 1}'`);
    const items = await itemsOf('/meters');
    const settings = new Map(items.map((item) => [item['uuid'], item['settings']]));
    expect(settings).toEqual(
      new Map<unknown, unknown>([
        [bad, null],
        [good, { theme: 'dark' }],
      ]),
    );
    const { items: many } = await stations.repositories.of(Meter).many(SettingsView, [bad, good]);
    expect(many.map((meter) => meter.settings)).toEqual([null, { theme: 'dark', more: 1 }]);
  });

  test('is null in a list and in the view of a related row', async () => {
    const { uuid } = await stations.repositories.of(Station).create(StationView, { name: 'one' });
    await aMeter('settings, station_id', `'7', (SELECT id FROM stations)`);
    await sql(stations, 'INSERT INTO readings (meter_id) SELECT id FROM meters');
    const station = await api.get(`/stations/${uuid}`);
    expect(station.body).toMatchObject({ meters: [{ name: 'odd', settings: null }] });
    expect(await itemsOf('/readings')).toMatchObject([{ meter: { settings: null } }]);
  });

  test('may be null by its schema, since no database checks the shape', () => {
    const { properties } = stations.views.get(SettingsView).schema;
    expect(properties!['settings']!.type).toEqual(['object', 'null']);
  });
});

describe('a write whose row cannot be shown', () => {
  const post = (settings: string, key?: string) =>
    api.ask('POST', '/meters', {
      body: { name: 'posted', settings },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  const rows = async () => (await sql(stations, 'SELECT name FROM meters')).length;

  test('is refused naming the property, and nothing is written', async () => {
    const { status, body } = await post('{"colour": "red"}');
    expect([status, body.code]).toEqual([422, 'rule_violated']);
    expect(body.errors).toEqual([
      { pointer: '/settings', detail: 'is not in the format in which it is shown' },
    ]);
    expect(await rows()).toBe(0);
  });

  test('is refused alone among those created with it', async () => {
    const meters = stations.repositories.of(Meter);
    const inputs = [{ theme: 'a' }, { colour: 'b' }, { theme: 'c' }];
    const outcomes = await Promise.allSettled(
      inputs.map((settings) => meters.create(SettingsView, { name: 'many', settings })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await rows()).toBe(2);
    const all = meters.createMany(
      SettingsView,
      inputs.map((settings) => ({ name: 'list', settings })),
    );
    await expect(all).rejects.toMatchObject({
      code: 'rule_violated',
      details: { errors: [{ pointer: '/1/settings' }] },
    });
    expect(await rows()).toBe(2);
  });

  test('is not changed either', async () => {
    const uuid = await aMeter('divisor', '2');
    const meters = stations.repositories.of(Meter);
    const changed = meters.update(SettingsView, uuid, { settings: { colour: 'red' } });
    await expect(changed).rejects.toMatchObject({ code: 'rule_violated' });
    expect((await meters.get(SettingsView, uuid)).settings).toEqual({ theme: 'light' });
  });

  test('because of a trigger is internal, and nothing is written or kept', async () => {
    await sql(
      stations,
      `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.settings = '[]'; RETURN NEW; END $$`,
    );
    await sql(
      stations,
      'CREATE TRIGGER spoil BEFORE INSERT ON meters FOR EACH ROW EXECUTE FUNCTION spoil()',
    );
    // The property was sent, so the client gets its error.
    expect((await post('{"theme": "x"}', 'spoiled')).status).toBe(422);
    const meters = stations.repositories.of(Meter);
    await expect(meters.create(SettingsView, { name: 'x' })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(await rows()).toBe(0);
    await sql(stations, 'DROP TRIGGER spoil ON meters');
    const again = await post('{"theme": "x"}', 'spoiled');
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  test('with an Idempotency-Key is neither committed nor kept, whatever the handler returns', async () => {
    const ask = () =>
      api.ask('POST', '/careless', {
        body: { name: 'careless' },
        headers: { 'idempotency-key': 'careless' },
      });
    for (let attempt = 0; attempt < 2; attempt++) {
      const { status, headers } = await ask();
      expect([status, headers['idempotency-replayed']]).toEqual([500, undefined]);
    }
    expect(await rows()).toBe(0);
    expect(await sql(stations, 'SELECT key FROM dual_id.idempotency_keys')).not.toContainEqual({
      key: 'careless',
    });
  });

  test('costs a transaction only if a view can meet such a value', async () => {
    const meters = stations.repositories.of(Meter);
    const create = (view: typeof MeterView) => () => meters.create(view, { name: 'x' });
    expect(await statementsOf(stations, create(MeterView))).toHaveLength(1);
    expect((await statementsOf(stations, create(SettingsView))).length).toBeGreaterThan(1);
  });
});
