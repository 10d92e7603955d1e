import type { Budget } from './budget.js';
import type { EdgeReader, Step } from './edge-reader.js';
import type { Legs } from './relation-types.js';

/** The maximum number of entities whose edges one statement reads. */
const atOnce = 500;

/**
 * The edges of one level of a walk, a statement at a time, until the budget ends it. Answers
 * whether the level was read whole.
 */
export async function readLevel(
  level: { readonly reader: EdgeReader; readonly legs: Legs; readonly budget: Budget },
  ids: readonly string[],
  visit: (step: Step) => boolean,
): Promise<boolean> {
  const { reader, legs, budget } = level;
  for (let at = 0; at < ids.length; at += atOnce) {
    const most = budget.left;
    if (most <= 0) return false;
    const { found, read, isCut } = await reader.from(ids.slice(at, at + atOnce), legs, most);
    budget.spend(read);
    const isFull = !found.every((step) => visit(step));
    if (isFull || isCut) return false;
  }
  return true;
}
