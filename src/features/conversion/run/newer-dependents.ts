import { causeOf } from '../../../core/database/connection-loss.js';
import { problem } from '../../../core/errors/problem.js';
import type { ConversionStep } from '../steps/step.js';

/**
 * Names what was made after the plan and rests on something that a step removes, such as a foreign
 * key to the key that moves. Any other error is thrown as it is.
 */
export function nameNewerDependents({ name }: ConversionStep, error: unknown): never {
  const { code, detail } = causeOf(error) as { readonly code?: string; readonly detail?: string };
  if (code !== '2BP01') throw error;
  const dependents = `${detail ?? 'PostgreSQL does not say which'}`.replaceAll('\n', '; ');
  const text = `"${name}" removes what something newer than the plan depends on: ${dependents}. Make it again for the new key afterwards.`;
  throw problem('conversion_blocked', { detail: text });
}
