export { Conversions } from './conversions.js';
export type { ConversionStatus } from './conversions.js';
export type { ConversionKind, ConversionPlan, PlanNote } from './plan/conversion-plan.js';
export type { ConversionRequest } from './plan/conversion-request.js';
export type { ConversionState, StoredConversion, StoredStep } from './run/conversion-store.js';
export type { ConversionOptions, ConversionProgress } from './run/run-options.js';
export { stepsOf } from './steps/steps-of.js';
export type { Phase, ConversionStep, Work } from './steps/step.js';
