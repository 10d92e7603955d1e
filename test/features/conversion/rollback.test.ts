import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConversionKind, ConversionOptions } from 'nest-dual-id/conversion';
import { schemaSnapshot } from '../../support/schema-snapshot.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

const kinds = [
  ['add-uuid', 'bigint'],
  ['add-uuid', 'integer'],
  ['add-bigint', 'uuid'],
  ['uuid-key', 'integer'],
] as const;
const phases = ['expand', 'backfill', 'index', 'validate', 'verify', 'swap', 'observe'] as const;

describe.each(kinds)('%s of a key of type %s, taken back', (kind, key) => {
  test.each(phases)('after %s leaves the schema and the rows as they were', async (until) => {
    stock = await openStock(articleTables(key, 60));
    const before = await state();
    await convert(kind, { until });
    expect((await stock.conversions.status())[0]!.state).toBe(
      until === 'observe' ? 'observing' : 'stopped',
    );
    const told = new Set<string>();
    await stock.conversions.rollback('public.articles', {
      onProgress: ({ number, of }) => told.add(`${number}/${of}`),
    });
    const { size } = told;
    expect([...told]).toEqual(Array.from({ length: size }, (_, at) => `${at + 1}/${size}`));
    expect(await state()).toEqual(before);
    expect(await leftovers()).toEqual([]);
    expect((await stock.conversions.status())[0]!.state).toBe('rolled back');
  });

  test('leaves what clients wrote meanwhile, and can be begun again', async () => {
    stock = await openStock(articleTables(key, 60));
    await convert(kind, {});
    await stock.rows(`INSERT INTO articles (code) VALUES ('late')`);
    await stock.rows(
      `INSERT INTO tags (article_id, label) SELECT id, 'late' FROM articles WHERE code = 'late'`,
    );
    await stock.conversions.rollback('public.articles');
    const late = `SELECT label FROM tags t JOIN articles a ON a.id = t.article_id
      WHERE a.code = 'late'`;
    expect(await stock.rows(late)).toEqual([{ label: 'late' }]);
    await convert(kind, {});
    await stock.conversions.contract('public.articles');
    expect((await stock.conversions.status())[0]!.state).toBe('contracted');
  });
});

async function convert(kind: ConversionKind, options: ConversionOptions): Promise<void> {
  await stock.conversions.start(await stock.conversions.plan({ table: 'articles', kind }), options);
}

async function state() {
  const rows = await stock.rows(
    `SELECT (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.code) FROM articles a) AS articles,
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.place, s.article_id) FROM stocks s) AS stocks,
       (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM tags t) AS tags`,
  );
  const lines = await schemaSnapshot(stock.dataSource);
  return { schema: lines.filter((line) => !ofConversions.test(line)), rows };
}

/** The tables in which conversions are kept, with their constraints. */
const ofConversions = /dual_id_conversion|^(?:conversions|steps)_/;

/** What a conversion has in its own schema, apart from its tables. */
function leftovers() {
  return stock.rows(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'dual_id_conversion'::regnamespace
       AND relkind IN ('r', 'S') AND relname NOT IN ('conversions', 'steps')
     UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'dual_id_conversion'::regnamespace
     UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE '%dual_id%'`,
  );
}
