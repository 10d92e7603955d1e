import type { ImportChoices, ImportFile, ImportPlan } from './import-plan.js';
import { checkPlan } from './plan-checks.js';

/**
 * Declares an import plan.
 *
 * @example
 * export const invoices = defineImportPlan({
 *   name: 'invoices',
 *   files: [
 *     {
 *       file: 'invoices.csv',
 *       table: 'invoices',
 *       startWith: 1_000_000,
 *       columns: {
 *         id: { from: 'invoice_id', type: 'id' },
 *         user_id: { from: 'customer', type: 'reference', to: 'users' },
 *         total: { from: 'total', type: 'numeric', min: 0 },
 *         status: { constant: 'paid' },
 *       },
 *     },
 *   ],
 * });
 */
export function defineImportPlan(plan: ImportPlan): ImportPlan {
  if (typeof plan.files !== 'function') checkPlan(plan.files);
  return plan;
}

/** The entries of a plan under the caller's choices. Throws an `ImportError` for unknown ones. */
export function filesOf(plan: ImportPlan, choices: ImportChoices): readonly ImportFile[] {
  if (typeof plan.files !== 'function') return plan.files;
  const files = plan.files(choices);
  checkPlan(files);
  return files;
}
