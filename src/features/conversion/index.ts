export { Conversions } from './conversions.js';
export type { ConversionStatus } from './conversions.js';
export { contractConversion, rollBackConversion, runConversion } from './migration-functions.js';
export type {
  ConversionImpact,
  ConversionKind,
  ConversionPlan,
  LockMode,
  PlanNote,
  StepImpact,
  PlannedLock,
} from './plan/conversion-plan.js';
export { impactOf } from './plan/impact.js';
export type { PlanToWeigh } from './plan/impact.js';
export type { ConversionRequest } from './plan/conversion-request.js';
export type { ConversionState, StoredConversion, StoredStep } from './run/conversion-store.js';
export type { ConversionOptions, ConversionProgress } from './run/run-options.js';
export { stepsOf } from './steps/steps-of.js';
export { describeStep } from './steps/step-sql.js';
export type { StepText } from './steps/step-sql.js';
export type { Phase, ConversionStep, Work } from './steps/step.js';
