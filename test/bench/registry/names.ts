import { statement } from '../../../src/core/database/statement.js';
import type { Database } from '../../../src/core/database/database.js';

/** Fills the registry with made-up names, of words as unevenly frequent as those of a language. */
export async function fillRegistry(database: Database, rows: number): Promise<void> {
  const run = (sql: string) => database.execute(statement(sql));
  await run(`CREATE TABLE vocabulary AS SELECT n, (
      SELECT string_agg(substr('bcdfghjklmnprstvwz', 1 + abs(hashint4(n * 31 + k)) % 18, 1)
        || substr('aeiou', 1 + abs(hashint4(n * 17 + k + 7)) % 5, 1)
        || CASE WHEN k % 2 = 0 THEN substr('nrlst', 1 + abs(hashint4(n * 13 + k + 3)) % 5, 1)
                ELSE '' END, '')
      FROM generate_series(1, 2 + n % 3) k) AS word
    FROM generate_series(0, 19999) n`);
  await run('CREATE UNIQUE INDEX ON vocabulary (n)');
  await run('ANALYZE vocabulary');
  const word = (power: number) => `floor(20000 * power(random(), ${power}))::int`;
  // Indexes are built faster than kept; the measures come when they stand again.
  const indexes = await database.rows(statement(definitions));
  for (const [name] of indexes) await run(`DROP INDEX dual_id.${name as string}`);
  for (let from = 0; from < rows; from += 100_000) {
    await run(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
      SELECT gen_random_uuid(), 81 + r.i % 5, true,
        initcap(a.word || ' ' || b.word) || CASE WHEN r.i % 3 > 0 THEN ' ' || c.word ELSE '' END,
        timestamptz '2026-01-01' + r.i * interval '1 second'
      FROM (SELECT i, ${word(3)} AS a, ${word(3)} AS b, ${word(2)} AS c
            FROM generate_series(${from + 1}, ${Math.min(from + 100_000, rows)}) i) r
      JOIN vocabulary a ON a.n = r.a JOIN vocabulary b ON b.n = r.b JOIN vocabulary c ON c.n = r.c
      ORDER BY r.i`);
  }
  for (const [, definition] of indexes) await run(definition as string);
  await run('VACUUM ANALYZE dual_id.passports');
}

/** Names and public ids of the registry, drawn at random: frequent words come up often. */
export async function sampleOf(database: Database, size: number) {
  const rows = await database.rows(
    statement(`SELECT uuid, name, created_at::text, id, search_key, platform_type_id
      FROM dual_id.passports TABLESAMPLE BERNOULLI (5) WHERE name IS NOT NULL
      ORDER BY random() LIMIT ${size}`),
  );
  return rows as unknown as readonly [string, string, string, string, string, number][];
}

/** The name with one letter of its longest word left out or doubled, or two of them exchanged. */
export function slipOf(name: string, seed: number): string {
  const words = name.split(' ');
  const longest = words.reduce((one, other) => (other.length > one.length ? other : one));
  const at = 1 + (seed % (longest.length - 2));
  const [before, letter, next, rest] = [
    longest.slice(0, at),
    longest[at]!,
    longest[at + 1]!,
    longest.slice(at + 2),
  ];
  const slips = [
    before + next + rest,
    before + letter + letter + next + rest,
    before + next + letter + rest,
  ];
  return words.map((word) => (word === longest ? slips[seed % 3]! : word)).join(' ');
}

const definitions = `SELECT indexname, indexdef FROM pg_indexes
  WHERE schemaname = 'dual_id' AND tablename = 'passports' AND indexname LIKE '%\\_ix'`;
