import type { DataCheck } from './data-check.js';
import { edgeDangling } from './checks/edge-dangling.js';
import { historyIncomplete } from './checks/history-incomplete.js';
import { idDuplicate } from './checks/id-duplicate.js';
import { masterClaimWrong } from './checks/master-claim-wrong.js';
import { masterLinkShared } from './checks/master-link-shared.js';
import { masterLinkWrong } from './checks/master-link-wrong.js';
import { passportMismatched } from './checks/passport-mismatched.js';
import { passportMissing } from './checks/passport-missing.js';
import { passportNameWrong } from './checks/passport-name-wrong.js';
import { passportOrphaned } from './checks/passport-orphaned.js';
import { passportStatusWrong } from './checks/passport-status-wrong.js';
import { passportTypeUnknown } from './checks/passport-type-unknown.js';
import { passportUnsearchable } from './checks/passport-unsearchable.js';
import { referenceDangling } from './checks/reference-dangling.js';
import { rowTypeWrong } from './checks/row-type-wrong.js';
import { sequenceBehind } from './checks/sequence-behind.js';
import { tableIncomplete } from './checks/table-incomplete.js';
import { uuidDuplicate } from './checks/uuid-duplicate.js';
import { uuidVersionRefused } from './checks/uuid-version-refused.js';

/** Every check of rows, in the order in which repairs build on each other. */
export const dataChecks: readonly DataCheck[] = [
  tableIncomplete,
  passportTypeUnknown,
  rowTypeWrong,
  idDuplicate,
  uuidDuplicate,
  uuidVersionRefused,
  passportMismatched,
  passportMissing,
  passportStatusWrong,
  passportNameWrong,
  passportUnsearchable,
  passportOrphaned,
  masterLinkWrong,
  masterLinkShared,
  masterClaimWrong,
  edgeDangling,
  referenceDangling,
  sequenceBehind,
  historyIncomplete,
];
