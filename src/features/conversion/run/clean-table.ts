import type { TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from '../steps/names.js';
import type { StepRun } from './step-run.js';

/**
 * Lets new row versions take the room of old ones. In the end the planner learns of the new
 * column: clients use it from the swap on. Truncating the table would lock it; a vacuum that has
 * to wait is left out.
 */
export async function cleanTable(
  { session, options }: StepRun,
  place: TablePlace,
  also: '' | 'ANALYZE true, ' = '',
): Promise<void> {
  const table = sqlTable(place);
  await session
    .run(`VACUUM (${also}TRUNCATE false, SKIP_LOCKED true) ${table}`)
    .catch((error: unknown) => options.log(`${table} was not cleaned: ${String(error)}`));
}
