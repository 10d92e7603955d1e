import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Computed, Database, dualIdDataSource, Repositories, View } from 'nest-dual-id';
import type { DualIdDataSourceOptions, PageRequest } from 'nest-dual-id';
import { exportView } from 'nest-dual-id/export';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { alterDatabase, oddSettings } from '../../support/odd-settings.js';
import { queryOutside } from '../../support/outside.js';
import { Cabinet, Specimen, specimenEntities } from '../../support/specimen/specimen.entities.js';
import { makeSpecimens } from '../../support/specimen/specimen.tables.js';
import { CabinetView, SpecimenView } from '../../support/specimen/specimen.views.js';

const sortable = ['small', 'count', 'amount', 'ratio', 'precise', 'note', 'letters', 'ticket'];
const temporal = ['seenAt', 'localAt', 'seenOn', 'opens', 'closes', 'span', 'host', 'cut', 'flag'];

@View(Specimen, { sort: [...sortable, ...temporal], filters: [...sortable, ...temporal] })
class Everything extends SpecimenView {
  @Computed({ type: ['string', 'null'], format: 'date' }, (row) => row('seenOn')) day!: string;
  @Computed({ type: ['number', 'null'] }, (row) => `${row('precise')} / 3`) third!: number;
  @Computed({ type: ['string', 'null'] }, (row) => `date_trunc('day', ${row('seenAt')})`)
  since!: string;
}

/** Fields that keep the text format of the session, with a pooler in between. */
const ofSession = ['ratio', 'precise', 'span', 'width', 'third', 'since'] as const;

let museum: Library;
beforeAll(async () => {
  museum = await openLibrary({}, specimenEntities, makeSpecimens);
  // Neighbors that a truncated text would confuse, in the order of all columns.
  await queryOutside(
    museum.superuser,
    `INSERT INTO specimens (cabinet_id, small, count, amount, ratio, precise, note, letters, ticket,
       seen_at, local_at, seen_on, opens, closes, span, host, cut, flag)
     SELECT cabinet_id, n, count + n, amount + n / 1e9, 0.1::real + n * 1e-7::real,
       0.1::float8 + n * 1e-16, note || n, letters, md5(n::text)::uuid,
       seen_at + n * interval '1 us', local_at + n * interval '1 us', seen_on + n,
       time '00:00' + n * interval '1 us', closes, span + n * interval '1 us', host + n, cut, flag
     FROM specimens, generate_series(1, 6) n WHERE small = -32768`,
  );
});
afterAll(() => museum.close());

interface Opened {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly repositories: Repositories;
}

async function open(options: Partial<DualIdDataSourceOptions> = {}): Promise<Opened> {
  const { url } = museum;
  const settings = dualIdDataSource({ entities: specimenEntities, ...options, url });
  const dataSource = await new DataSource(settings).initialize();
  const database = new Database(dataSource, { secret: 'a secret of cursors' } as never);
  const repositories = new Repositories(dataSource, database, new ViewRegistry(dataSource), {
    secret: 'a secret of cursors',
  } as never);
  return { dataSource, database, repositories };
}

const whole: PageRequest = { limit: 20, sort: [], filters: {}, within: {} };

/** All that an API shows of the specimens, as bytes; without some fields. */
async function shown(opened: Opened, without: readonly string[] = []): Promise<string[]> {
  const { repositories, dataSource } = opened;
  const keep = (key: string, value: unknown) => (without.includes(key) ? undefined : value);
  const bytes = (value: unknown) => JSON.stringify(value, keep);
  const specimens = repositories.of(Specimen);
  const { items } = await specimens.page(Everything, whole);
  const cabinets = await repositories.of(Cabinet).page(CabinetView, whole);
  const parts = [bytes(items), bytes(cabinets.items)];
  for (const field of [...sortable, ...temporal].filter((name) => !without.includes(name))) {
    for (const descending of [false, true]) {
      parts.push(`${field} ${(await walk(opened, field, descending)).join(' ')}`);
    }
    const value = (items[0] as unknown as Record<string, string | Date>)[field]!;
    const filters = { [field]: value instanceof Date ? value.toISOString() : String(value) };
    const found = await specimens.page(Everything, { ...whole, filters });
    parts.push(`${field} ${found.items.map(({ uuid }) => uuid).join(' ')}`);
    expect(found.items.map(({ uuid }) => uuid)).toContain(items[0]!.uuid);
  }
  let exported = '';
  for await (const chunk of exportView({ dataSource, view: Everything, format: 'ndjson' }))
    exported += chunk;
  const lines = exported.split('\n').slice(0, -1);
  parts.push(...lines.map((line) => bytes(JSON.parse(line))));
  return parts;
}

async function walk({ repositories }: Opened, field: string, descending: boolean) {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const sort = [{ field, descending }];
    const page = await repositories
      .of(Specimen)
      .page(Everything, { ...whole, limit: 1, sort, after });
    seen.push(...page.items.map(({ uuid }) => uuid));
    after = page.nextCursor ?? undefined;
  } while (after !== undefined && seen.length < 20);
  return seen;
}

/** Reads back what it wrote; nothing of it stays. */
async function written({ repositories, database }: Opened): Promise<unknown> {
  let read: unknown;
  const [{ uuid: cabinetUuid }] = (await repositories.of(Cabinet).page(CabinetView, whole))
    .items as unknown as [{ uuid: never }];
  const work = async () => {
    read = await repositories.of(Specimen).create(Everything, {
      cabinetUuid,
      seenAt: '2026-03-04T05:06:07.089Z',
      localAt: new Date('2026-03-04T05:06:07.089Z'),
      seenOn: '2026-03-04',
      span: '1 day -02:00:00',
      words: ['NULL', null, 'a\\b', '"'],
      precise: 0.1 + 0.2,
      note: String.raw`back\slash '' é`,
    } as never);
    throw new Error('undo');
  };
  await expect(database.transaction(work)).rejects.toThrow('undo');
  return { ...(read as object), uuid: '' };
}

async function set(settings: Readonly<Record<string, string>> | undefined): Promise<void> {
  for (const change of alterDatabase(museum.url, settings)) {
    await queryOutside(museum.superuser, change);
  }
}

async function under<T>(
  settings: Readonly<Record<string, string>> | undefined,
  options: Partial<DualIdDataSourceOptions>,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  await set(settings);
  const opened = await open(options);
  try {
    return await work(opened);
  } finally {
    await opened.dataSource.destroy();
    await set(undefined);
  }
}

describe('under unusual settings of the database', () => {
  test.each([
    ['German', oddSettings],
    [
      'Postgres, DMY',
      { ...oddSettings, DateStyle: `'Postgres, DMY'`, IntervalStyle: `'sql_standard'` },
    ],
  ])(
    'a direct connection shows the same bytes, and keeps what is written: %s',
    async (_, settings) => {
      const usual = await under(undefined, {}, async (opened) => [
        await shown(opened),
        await written(opened),
      ]);
      const strange = await under(settings, {}, async (opened) => [
        await shown(opened),
        await written(opened),
      ]);
      expect(strange).toEqual(usual);
      expect(JSON.stringify(usual)).toContain('"words":["NULL",null,"a\\\\b","\\""]');
    },
  );

  test('behind a pooler, transactions do, and single reads except for formats set by the session', async () => {
    const pooled = { connection: 'transaction-pooler' } as const;
    const alone = (opened: Opened) => shown(opened, ofSession);
    const within = (opened: Opened) =>
      opened.database.transaction(async () => [await shown(opened, ['since'])]);
    const usual = await under(undefined, pooled, async (opened) => [
      await alone(opened),
      await within(opened),
      { ...((await written(opened)) as object), since: '' },
    ]);
    const strange = await under(oddSettings, pooled, async (opened) => [
      await alone(opened),
      await within(opened),
      { ...((await written(opened)) as object), since: '' },
    ]);
    expect(strange).toEqual(usual);
  });
});

test('options of the application and of the URL come after those of the library', async () => {
  const zone = async (options: Partial<DualIdDataSourceOptions>) =>
    under({ TimeZone: `'Asia/Kathmandu'` }, options, ({ dataSource }) =>
      dataSource.query(
        `SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS dates,
           current_setting('search_path') AS path`,
      ),
    );
  const path = '"$user", public';
  const plain = { zone: 'UTC', dates: 'ISO, MDY', path };
  expect(await zone({})).toEqual([plain]);
  const rome = { options: '-c TimeZone=Europe/Rome -c search_path=pg_catalog' };
  expect(await zone({ extra: rome })).toEqual([
    { ...plain, zone: 'Europe/Rome', path: 'pg_catalog' },
  ]);
  process.env['PGOPTIONS'] = '-c TimeZone=Europe/Oslo';
  try {
    expect(await zone({})).toEqual([{ ...plain, zone: 'Europe/Oslo' }]);
  } finally {
    delete process.env['PGOPTIONS'];
  }
});
