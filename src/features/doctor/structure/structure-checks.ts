import { applicationRefused } from './checks/application-refused.js';
import { columnMismatch } from './checks/column-mismatch.js';
import { constraintUnvalidated } from './checks/constraint-unvalidated.js';
import { enrolmentOutdated } from './checks/enrolment-outdated.js';
import { foreignKeyIndexMissing } from './checks/foreign-key-index-missing.js';
import { foreignKeyMissing } from './checks/foreign-key-missing.js';
import { immutabilityGuardMissing } from './checks/immutability-guard-missing.js';
import { indexInvalid } from './checks/index-invalid.js';
import { masterLinkUnguarded } from './checks/master-link-unguarded.js';
import { migrationPending } from './checks/migration-pending.js';
import { numericIdInInput } from './checks/numeric-id-in-input.js';
import { numericIdInView } from './checks/numeric-id-in-view.js';
import { openApiInternalId } from './checks/open-api-internal-id.js';
import { passportKeyMissing } from './checks/passport-key-missing.js';
import { platformTypeMissing } from './checks/platform-type-missing.js';
import { primaryKeyMissing } from './checks/primary-key-missing.js';
import { referenceShown } from './checks/reference-shown.js';
import { replicationRoleSet } from './checks/replication-role-set.js';
import { routeUndocumented } from './checks/route-undocumented.js';
import { cascadeBesideSoftDelete } from './checks/cascade-beside-soft-delete.js';
import { uniqueBesideSoftDelete } from './checks/unique-beside-soft-delete.js';
import { changeOrderLost } from './checks/change-order-lost.js';
import { historyGuardMissing } from './checks/history-guard-missing.js';
import { historyOutdated } from './checks/history-outdated.js';
import { historyPartitionMissing } from './checks/history-partition-missing.js';
import { historyTableMissing } from './checks/history-table-missing.js';
import { historyTriggerMissing } from './checks/history-trigger-missing.js';
import { schemaDrift } from './checks/schema-drift.js';
import { tableInherited } from './checks/table-inherited.js';
import { tableMissing } from './checks/table-missing.js';
import { tableNotEnrolled } from './checks/table-not-enrolled.js';
import { triggerDisabled } from './checks/trigger-disabled.js';
import { uniqueIndexMissing } from './checks/unique-index-missing.js';
import type { StructureCheck } from './structure-check.js';

/** Every check of declarations and structure, from the database to the API. */
export const structureChecks: readonly StructureCheck[] = [
  migrationPending,
  tableMissing,
  columnMismatch,
  primaryKeyMissing,
  uniqueIndexMissing,
  foreignKeyMissing,
  foreignKeyIndexMissing,
  uniqueBesideSoftDelete,
  cascadeBesideSoftDelete,
  constraintUnvalidated,
  indexInvalid,
  immutabilityGuardMissing,
  tableInherited,
  masterLinkUnguarded,
  platformTypeMissing,
  passportKeyMissing,
  tableNotEnrolled,
  enrolmentOutdated,
  triggerDisabled,
  replicationRoleSet,
  historyGuardMissing,
  historyTableMissing,
  historyTriggerMissing,
  historyOutdated,
  historyPartitionMissing,
  changeOrderLost,
  schemaDrift,
  applicationRefused,
  numericIdInView,
  referenceShown,
  numericIdInInput,
  openApiInternalId,
  routeUndocumented,
];
