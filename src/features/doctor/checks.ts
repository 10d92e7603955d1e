import { dataChecks } from './data/data-checks.js';
import type { CheckWords } from './finding.js';
import { structureChecks } from './structure/structure-checks.js';

/** Every check of the doctor, in the order of its page. */
export const checks: readonly CheckWords[] = [...dataChecks, ...structureChecks];
