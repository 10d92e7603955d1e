export { AcceptsLegacyIds } from './accept/accepts-legacy-ids.decorator.js';
export type { LegacyCaller } from './legacy-caller.js';
export { LegacyIds } from './legacy-ids.js';
export { LegacyIdsModule } from './legacy-ids.module.js';
export type {
  AcceptsLegacyIdsOptions,
  LegacyEntityOptions,
  LegacyExchangeOptions,
  LegacyIdsOptions,
} from './legacy-ids.options.js';
export { grantLegacyIds, installLegacyIds, uninstallLegacyIds } from './legacy-ids.schema.js';
export type { LegacyIdUse } from './uses/use-statements.js';
