import { problem } from '../errors/problem.js';
import { quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** The schema of everything that a conversion keeps for itself. */
export const conversionSchema = 'dual_id_conversion';

/**
 * Refuses a table in the middle of a conversion, which renames and drops what it has planned by
 * name and knows nothing of triggers that come meanwhile.
 */
export async function refuseConverting(
  runner: SchemaRunner,
  spec: Pick<DualIdTable, 'table' | 'schema'>,
): Promise<void> {
  const { table } = quoted(spec);
  const rows = (await runner.query(
    `SELECT t.tgname FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
     WHERE t.tgrelid = to_regclass(${quoteText(table)})
       AND f.pronamespace = to_regnamespace(${quoteText(conversionSchema)}) LIMIT 1`,
  )) as readonly unknown[];
  if (rows.length === 0) return;
  throw problem('setup_refused', {
    detail: `${table} is being converted. Contract that conversion, or roll it back, before this migration: \`dual-id convert status\` tells which it is.`,
  });
}
