import type { WalkBudget } from './budget.js';
import type { EdgeReader, Step } from './edge-reader.js';
import type { EdgeTypes } from './relation-types.js';

/** The maximum number of entities whose edges one statement reads. */
const entitiesAtOnce = 500;

/**
 * The edges of one level of a walk, a statement at a time, until the budget ends it. Returns
 * whether the whole level was read.
 */
export async function readLevel(
  level: { readonly reader: EdgeReader; readonly legs: EdgeTypes; readonly budget: WalkBudget },
  ids: readonly string[],
  visit: (step: Step) => boolean,
): Promise<boolean> {
  const { reader, legs, budget } = level;
  for (let at = 0; at < ids.length; at += entitiesAtOnce) {
    const max = budget.left;
    if (max <= 0) return false;
    const { found, read, isCut } = await reader.from(ids.slice(at, at + entitiesAtOnce), legs, max);
    budget.spend(read);
    const isFull = !found.every((step) => visit(step));
    if (isFull || isCut) return false;
  }
  return true;
}
