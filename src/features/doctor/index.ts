export { checks } from './checks.js';
export { diagnoseData } from './data/diagnose-data.js';
export type { DataOptions } from './data/diagnose-data.js';
export type { DataCount, DataFinding, DataReport } from './data/data-report.js';
export { repairData } from './data/repair-data.js';
export type { RepairAction, RepairOptions, RepairReport } from './data/repair-data.js';
export type { CheckWords, Finding } from './finding.js';
export { diagnose } from './structure/diagnose.js';
export type { Patient } from './structure/diagnose.js';
