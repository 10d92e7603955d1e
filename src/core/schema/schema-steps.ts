import { boundedNamesDown, boundedNamesUp } from './bounded-names.js';
import { entityKeyDown, entityKeyUp } from './entity-key.js';
import { erasureDown, erasureUp } from './erasure.js';
import { guardFunctionsDown, guardFunctionsUp } from './guard-functions.js';
import { identityGuardDown, identityGuardUp } from './identity-guard.js';
import { importedFilesDown, importedFilesUp } from './imported-files.js';
import { masterKeyDown, masterKeyUp } from './master-key.js';
import { masterLinkDown, masterLinkUp } from './master-link.js';
import { nameWordsDown, nameWordsUp } from './name-words.js';
import { registryGuardsUp, registryTablesDown, registryTablesUp } from './registry-tables.js';
import { registrySearchDown, registrySearchUp } from './registry-search.js';
import { rolesDown, rolesUp } from './roles.js';
import { sequenceFunctionDown, sequenceFunctionUp } from './sequence.js';
import type { SchemaStep } from './versioned-schema.js';

/**
 * The versions of the schema `dual_id`, the first at index 0. A released one never changes, for
 * databases are at it; what is new is a step of its own.
 */
export const schemaSteps: readonly SchemaStep[] = [
  {
    up: [...registryTablesUp, ...guardFunctionsUp, ...sequenceFunctionUp, ...registryGuardsUp],
    down: [...registryTablesDown, ...sequenceFunctionDown, ...guardFunctionsDown],
  },
  {
    up: [...registrySearchUp, ...masterLinkUp, ...importedFilesUp],
    down: [...importedFilesDown, ...masterLinkDown, ...registrySearchDown],
  },
  { up: nameWordsUp, down: nameWordsDown },
  { up: entityKeyUp, down: entityKeyDown },
  { up: masterKeyUp, down: masterKeyDown },
  { up: boundedNamesUp, down: boundedNamesDown, oldestCode: 5 },
  // Earlier code goes on writing as the owner.
  {
    up: [...rolesUp, ...identityGuardUp],
    down: [...identityGuardDown, ...rolesDown],
    oldestCode: 5,
  },
  { up: erasureUp, down: erasureDown, oldestCode: 5 },
];
