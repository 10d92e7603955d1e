import { targets } from '../experiments.js';
import type { Target } from '../experiments.js';
import { ratioOf } from '../measure.js';
import type { Results } from '../run-parts.js';

/** A target and what was measured. */
export interface Verdict extends Target {
  readonly ratio: number;
  readonly isReached: boolean;
}

/** The most by which E1 to E3 may differ between the smallest and the largest table. */
const mostGrowth = 1.3;

/** Holds the results against the targets; what was not measured is left out. */
export function verdictsOf(results: Results): Verdict[] {
  return [...targets, ...growthTargets(results)].flatMap((target) => {
    const sides = results[target.experiment];
    if (!sides?.[target.of] || !sides[target.over]) return [];
    const ratio = ratioOf(sides[target.of]!, sides[target.over]!);
    const { least = 0, most = Infinity } = target;
    return [{ ...target, ratio, isReached: ratio >= least && ratio <= most }];
  });
}

/** The fastest size over the slowest. */
function growthTargets(results: Results): Target[] {
  return ['E1', 'E2', 'E3'].flatMap((id) => {
    const experiment = `${id} by rows`;
    const sizes = Object.entries(results[experiment] ?? {}).toSorted(
      ([, a], [, b]) => b.rate - a.rate,
    );
    if (sizes.length < 2) return [];
    return [{ experiment, of: sizes[0]![0], over: sizes.at(-1)![0], most: mostGrowth }];
  });
}
