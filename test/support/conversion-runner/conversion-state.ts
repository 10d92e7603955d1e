import type { ConversionPlan } from 'nest-dual-id/conversion';
import type { DataSource } from 'typeorm';
import { schemaSnapshot } from '../schema-snapshot.js';

/**
 * What a conversion has made of the articles, without the UUIDs that are never the same twice: equal
 * states are equal results.
 */
export async function conversionState(source: DataSource, { kind }: ConversionPlan) {
  const lines = await schemaSnapshot(source);
  const tables: Record<string, unknown> = {};
  for (const table of ['articles', 'stocks', 'tags']) {
    // References by their article's code; numbers as they are, as their order is promised.
    const [row] = await source.query(
      `SELECT count(*)::int AS rows, ${await digestOf(source, table, kind)} AS digest
       FROM ${table} r`,
    );
    tables[table] = row;
  }
  return { schema: lines.filter((line) => !ofConversions.test(line)), tables };
}

/** The tables in which conversions are kept, and the sequence whose start depends on the day. */
const ofConversions = /dual_id_conversion|^(?:conversions|steps)_/;

async function digestOf(source: DataSource, table: string, kind: string): Promise<string> {
  const columns: { name: string; type: string }[] = await source.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`,
    [table],
  );
  const parts = columns
    .filter(({ name }) => name !== 'created_at')
    .map(({ name, type }) => partOf(table, name, type, kind));
  return `md5(string_agg(concat_ws(' ', ${parts.join(', ')}), ',' ORDER BY ${parts.join(', ')}))`;
}

function partOf(table: string, name: string, type: string, kind: string): string {
  if (type !== 'uuid') return `coalesce(r."${name}"::text, '-')`;
  const isOwn = table === 'articles' && (name === 'id' || name === 'uuid');
  if (isOwn) return `CASE WHEN r."${name}" IS NULL THEN '-' ELSE 'set' END`;
  const key = kind === 'add-bigint' ? 'id' : 'uuid';
  return `coalesce((SELECT p.code FROM articles p WHERE p.${key} = r."${name}"), '-')`;
}
