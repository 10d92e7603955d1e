import { afterEach, describe, expect, test } from '@jest/globals';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

/** Converts up to the comparison, breaks something, and goes on. */
async function resumedAfter(
  [kind, key]: readonly ['add-uuid' | 'add-bigint' | 'uuid-key', 'integer' | 'uuid'],
  breakage: readonly string[],
): Promise<unknown> {
  stock = await openStock(articleTables(key, 30));
  const plan = await stock.conversions.plan({ table: 'articles', kind });
  await stock.conversions.start(plan, { until: 'validate' });
  for (const statement of breakage) await stock.rows(statement);
  return stock.conversions.resume('public.articles').catch((error: unknown) => error);
}

/** A change of which the triggers of the conversion learn nothing. */
const unwatched = (table: string, change: string) => [
  `ALTER TABLE ${table} DISABLE TRIGGER USER`,
  change,
  `DO $$ DECLARE name text; BEGIN
     FOR name IN SELECT tgname FROM pg_trigger
       WHERE tgrelid = '${table}'::regclass AND tgname LIKE 'zz_dual_id%' LOOP
       EXECUTE format('ALTER TABLE ${table} ENABLE ALWAYS TRIGGER %I', name);
     END LOOP;
   END $$`,
];

describe('the comparison before the swap', () => {
  test('finds a twin that names another row', async () => {
    const error = await resumedAfter(
      ['add-bigint', 'uuid'],
      unwatched('tags', `UPDATE tags SET article_internal_id = 1 WHERE article_internal_id = 2`),
    );
    expect(error).toMatchObject({
      code: 'conversion_differs',
      message: expect.stringMatching(/^Found 1 rows of public\.tags whose/),
    });
  });

  test('finds a reference that lost its twin', async () => {
    const error = await resumedAfter(
      ['uuid-key', 'integer'],
      unwatched('stocks', `UPDATE stocks SET article_uuid = NULL WHERE place = 'place 1'`),
    );
    expect(error).toMatchObject({ code: 'conversion_differs' });
  });

  test('finds a twin of another value than the narrow key', async () => {
    const error = await resumedAfter(
      ['add-uuid', 'integer'],
      unwatched('stocks', `UPDATE stocks SET replaces_id_bigint = 7 WHERE replaces_id = 8`),
    );
    expect(error).toMatchObject({ code: 'conversion_differs' });
  });

  test('leaves the keys where they are, and passes once the rows are right', async () => {
    await resumedAfter(
      ['add-bigint', 'uuid'],
      unwatched('tags', `UPDATE tags SET article_internal_id = 1 WHERE article_internal_id = 2`),
    );
    const key = `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint
      WHERE conrelid = 'articles'::regclass AND contype = 'p'`;
    expect(await stock.rows(key)).toEqual([{ key: 'PRIMARY KEY (id)' }]);
    expect((await stock.conversions.status())[0]).toMatchObject({
      state: 'stopped',
      failure: expect.stringContaining('roll the conversion back'),
    });
    await stock.rows(`UPDATE tags t SET article_internal_id = a.internal_id FROM articles a
      WHERE t.label = 'tag ' || a.code`);
    await stock.conversions.resume('public.articles');
    expect(await stock.rows(key)).toEqual([{ key: 'PRIMARY KEY (internal_id)' }]);
  });

  test('keeps what it compared: rows and checksums of each table', async () => {
    stock = await openStock(articleTables('uuid', 30));
    await stock.conversions.start(
      await stock.conversions.plan({ table: 'articles', kind: 'add-bigint' }),
    );
    const [status] = await stock.conversions.status();
    const steps = status!.steps as unknown as readonly StepState[];
    const { result } = steps.find(({ phase }) => phase === 'verify')!.stored!;
    expect(result.checks.map(({ rows, faults }) => [rows, faults])).toEqual([
      [30, 0],
      [30, 0],
      [60, 0],
      [60, 0],
      [30, 0],
    ]);
    expect(result.checks.every(({ checksums }) => /^-?[1-9]\d*$/.test(checksums[0]!))).toBe(true);
  });
});

interface StepState {
  readonly phase: string;
  readonly stored?: {
    readonly result: {
      readonly checks: readonly { rows: number; faults: number; checksums: string[] }[];
    };
  };
}
