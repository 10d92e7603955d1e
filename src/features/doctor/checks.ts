import { dataChecks } from './data/data-checks.js';
import type { CheckWords } from './finding.js';
import { structureChecks } from './structure/structure-checks.js';

/** Every check of the doctor, in the order of the page `docs/doctor.md`. */
export const checks: readonly CheckWords[] = [...dataChecks, ...structureChecks];
