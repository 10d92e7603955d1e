import { causeOf } from '../../../core/database/connection-loss.js';
import { problem } from '../../../core/errors/problem.js';
import { conversionSchema } from '../../../core/schema/converting.js';
import type { TablePlace } from '../plan/conversion-plan.js';
import { ownName, sqlTable, written } from '../steps/names.js';
import type { ConversionStep } from '../steps/step.js';
import { nameChange } from './changed-tables.js';
import type { ConversionSession } from './session.js';
import type { StepRun } from './step-run.js';

/**
 * There is nothing to take back in a table that somebody has dropped; a swap is of several. A table
 * that was renamed still has what the conversion made of it.
 */
export async function acceptDroppedTable(
  { session, options }: StepRun,
  step: ConversionStep,
  error: unknown,
): Promise<void> {
  const { code } = causeOf(error) as { readonly code?: unknown };
  const missing = code === '42P01' ? await missingTables(session, step) : [];
  if (missing.length === 0 || step.phase === 'swap') nameChange(step, error);
  for (const table of missing) {
    const newName = await renamedTo(session, table);
    if (newName === undefined) continue;
    const detail = `"${step.name}" does not find ${written(table)}, which has become ${newName}. Give it its name back.`;
    throw problem('conversion_blocked', { detail, cause: error });
  }
  options.log(`"${step.name}" is not taken back, for its table is gone.`);
}

async function missingTables(
  session: ConversionSession,
  { undo }: ConversionStep,
): Promise<readonly TablePlace[]> {
  const all = undo.flatMap((work) => (work.kind === 'transaction' ? work.locks : []));
  const found = await session.rows<{ isThere: boolean }>(
    `SELECT to_regclass(t.name) IS NOT NULL AS "isThere"
     FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place) ORDER BY t.place`,
    [all.map(sqlTable)],
  );
  return all.filter((_, index) => !found[index]!.isThere);
}

/** The table on which the triggers of a conversion of another name stand. */
async function renamedTo(
  session: ConversionSession,
  table: TablePlace,
): Promise<string | undefined> {
  const [row] = await session.rows<{ name: string }>(
    `SELECT t.tgrelid::regclass::text AS name FROM pg_trigger t
     JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1 AND starts_with(
       '"' || n.nspname || '"."' || replace(p.proname, '"', '""') || '"', $2)
     LIMIT 1`,
    [conversionSchema, startOfNames(table)],
  );
  return row?.name;
}

/** What the names of all functions for a table begin with; long ones end in a digest. */
function startOfNames(table: TablePlace): string {
  const [one, other] = [ownName(table, 'a'), ownName(table, 'b')];
  const end = [...one].findIndex((character, index) => character !== other[index]);
  return one.slice(0, end);
}
