import { targets } from '../experiments.js';
import type { Target } from '../experiments.js';
import { ratioOf } from '../measure.js';
import type { Results } from '../run-parts.js';

/** A target and the ratio that was measured. */
export interface Verdict extends Target {
  readonly ratio: number;
  readonly isReached: boolean;
}

/** The maximum ratio of E1 to E3 between the fastest and the slowest size of table. */
const maxGrowth = 1.3;

/** Compares the results with the targets; targets that were not measured are left out. */
export function verdictsOf(results: Results): Verdict[] {
  return [...targets, ...growthTargets(results)].flatMap((target) => {
    const sides = results[target.experiment];
    if (!sides?.[target.of] || !sides[target.over]) return [];
    const ratio = ratioOf(sides[target.of]!, sides[target.over]!, target.compares);
    const { least = 0, most = Infinity } = target;
    return [{ ...target, ratio, isReached: ratio >= least && ratio <= most }];
  });
}

/** Targets for the ratio of the fastest size to the slowest. */
function growthTargets(results: Results): Target[] {
  return ['E1', 'E2', 'E3'].flatMap((id) => {
    const experiment = `${id} by rows`;
    const sizes = Object.entries(results[experiment] ?? {}).toSorted(
      ([, a], [, b]) => b.rate - a.rate,
    );
    if (sizes.length < 2) return [];
    return [{ experiment, of: sizes[0]![0], over: sizes.at(-1)![0], most: maxGrowth }];
  });
}
