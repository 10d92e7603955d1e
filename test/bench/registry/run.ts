import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  addRecordType,
  Database,
  DualIdModule,
  dualIdDataSource,
  installDualId,
} from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { RegistryModule, RegistryRecords, RegistrySearch } from 'nest-dual-id/registry';
import { DataSource } from 'typeorm';
import { statement } from '../../../src/core/database/statement.js';
import { listStatement } from '../../../src/features/registry/list/registry-list.js';
import { endOnSignal } from '../end-on-signal.js';
import { fillRegistry, sampleOf, slipOf } from './names.js';
import { timesOf } from './percentiles.js';

/**
 * Times of the registry by percentiles, in milliseconds as the caller sees them: searches with
 * terms that rotate, pages at any depth, and single-row transactions with the indexes of the
 * search and without. `npm run bench:registry -- --rows 1000000 --calls 2000 --version 18`.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '2000' },
    version: { type: 'string', default: '18' },
  },
});
const [rows, calls] = [Number(values.rows), Number(values.calls)];
const dataDir = join(tmpdir(), `dual-id-bench-registry-${process.pid}`);
const version = values.version === '15' ? 15 : 18;
/** What the search needs of a write, taken away. */
const withoutSearch = [
  'DROP TRIGGER passports_search_key_insert ON dual_id.passports',
  'DROP TRIGGER passports_name_words_insert ON dual_id.passports',
  ...['search_key', 'type_search_key', 'words', 'created_at', 'type_created_at'].map(
    (name) => `DROP INDEX dual_id.passports_${name}_ix`,
  ),
];

const server = await startEmbeddedPostgres({
  dataDir,
  version,
  settings: { shared_buffers: '512MB', jit: 'off', max_wal_size: '4GB' },
});
endOnSignal(end);
try {
  await measure();
} finally {
  await end();
}

async function end(): Promise<void> {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const options = dualIdDataSource({ url: server.url, entities: [] });
  const source = await new DataSource(options).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    for (let id = 81; id < 86; id += 1) await addRecordType(runner, { id, name: `kind${id}` });
  });
  await source.destroy();
  const module = class {};
  const imports = [TypeOrmModule.forRoot(options), DualIdModule.forRoot(), RegistryModule];
  const app = await NestFactory.createApplicationContext({ module, imports }, { logger: false });
  const database = app.get(Database);
  await fillRegistry(database, rows);
  const sample = await sampleOf(database, calls);
  const results = {
    ...(await searches(app.get(RegistrySearch), sample)),
    ...(await pages(database, sample)),
    ...(await writes(database, app.get(RegistryRecords))),
  };
  const lines = Object.entries(results).map(([name, times]) => {
    const cells = Object.entries(times).map(([key, value]) => `${key} ${String(value).padEnd(8)}`);
    return `${name.padEnd(32)}${cells.join(' ')} ${targetOf(name)}`.trimEnd();
  });
  const title = `${rows} passports, PostgreSQL ${version}, milliseconds`;
  process.stdout.write(`${[title, ...lines].join('\n')}\n`);
  await app.close();
}

/** What a figure is held against. */
function targetOf(name: string): string {
  if (name === 'exact uuid') return 'target: p95 <= 1';
  if (name.startsWith('full text')) return 'target: p95 <= 20';
  if (name.startsWith('fuzzy')) return 'target: p95 <= 80';
  if (name.startsWith('page of')) return 'target: p99 <= 10';
  return name.startsWith('ratio') ? 'target: <= 2' : '';
}

type Sample = Awaited<ReturnType<typeof sampleOf>>;

async function searches(search: RegistrySearch, sample: Sample) {
  const word = (name: string, index: number) => name.split(' ')[index % 2]!;
  return {
    'exact uuid': await timesOf(sample, ([uuid]) => search.search({ q: uuid })),
    'exact name': await timesOf(sample, ([, q]) => search.search({ q, match: 'exact' })),
    'full text, one word': await timesOf(sample, ([, name], index) =>
      search.search({ q: word(name, index), match: 'words' }),
    ),
    'full text, two words': await timesOf(sample, ([, name]) =>
      search.search({ q: name.split(' ').slice(0, 2).toReversed().join(' '), match: 'words' }),
    ),
    'fuzzy, whole name': await timesOf(sample, ([, name], index) =>
      search.search({ q: slipOf(name, index), match: 'similar' }),
    ),
    'fuzzy, one word': await timesOf(sample, ([, name], index) =>
      search.search({ q: slipOf(word(name, index), index), match: 'similar' }),
    ),
    'any, whole name': await timesOf(sample, ([, q]) => search.search({ q })),
    'typeahead, 3 letters': await timesOf(sample, ([, q]) => search.typeahead(q.slice(0, 3))),
    'typeahead, 6 letters': await timesOf(sample, ([, q]) => search.typeahead(q.slice(0, 6))),
  };
}

async function pages(database: Database, sample: Sample) {
  const page = (sort: 'createdAt' | '-createdAt' | 'name' | '-name', ofType: boolean) =>
    timesOf(sample, ([, , createdAt, id, key, type]) =>
      database.rows(listStatement(sort, ofType, true), [
        ...['active', 101, ...(ofType ? [type] : [])],
        ...[sort.endsWith('name') ? key : createdAt, id],
      ]),
    );
  return {
    'page of 100 by time': await page('-createdAt', false),
    'page of 100 by time, one type': await page('-createdAt', true),
    'page of 100 by name': await page('name', false),
    'page of 100 by name, one type': await page('name', true),
  };
}

/** A record for each transaction; then the same without what the search needs of a write. */
async function writes(database: Database, records: RegistryRecords) {
  const names = (await sampleOf(database, Math.max(calls, 1000))).map(([, name]) => name);
  const create = () =>
    timesOf(names, (name) => records.create({ type: 'kind81', name: `${name} x` }));
  const withSearch = await create();
  for (const sql of withoutSearch) await database.execute(statement(sql));
  const without = await create();
  const ratio = (name: string) => Math.round((withSearch[name]! / without[name]!) * 100) / 100;
  return {
    'write with the search': withSearch,
    'write without it': without,
    'ratio of the two': { p50: ratio('p50'), p95: ratio('p95'), p99: ratio('p99') },
  };
}
