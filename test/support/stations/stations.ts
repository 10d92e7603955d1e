import { addDualId } from 'nest-dual-id';
import type { DualIdModuleOptions, SchemaRunner } from 'nest-dual-id';
import type { Library } from '../library/library.js';
import { openLibrary } from '../library/library.js';
import { stationEntities } from './stations.entities.js';

/** Opens a database of stations, their meters, and the readings of those. */
export function openStations(options: DualIdModuleOptions = {}): Promise<Library> {
  return openLibrary(options, stationEntities, makeStationTables);
}

async function makeStationTables(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE TABLE stations (name text NOT NULL)');
  await addDualId(runner, { table: 'stations', type: { id: 930, name: 'station' } });
  await runner.query(`CREATE TABLE meters (name text NOT NULL, secret text,
    divisor integer NOT NULL DEFAULT 1, until timestamptz, moments timestamptz[], day date,
    ratio float8 NOT NULL DEFAULT 0, amount numeric, total bigint NOT NULL DEFAULT 0, steps integer[],
    settings jsonb NOT NULL DEFAULT '{"theme": "light"}',
    station_id bigint REFERENCES stations ON DELETE CASCADE)`);
  await addDualId(runner, { table: 'meters', type: { id: 931, name: 'meter' } });
  await runner.query(
    'CREATE TABLE readings (meter_id bigint NOT NULL REFERENCES meters ON DELETE CASCADE)',
  );
  await addDualId(runner, { table: 'readings' });
}
