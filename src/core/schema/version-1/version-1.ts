import { erasureDown, erasureUp } from './erasure.js';
import { guardsDown, guardsUp } from './guards.js';
import { heldPassportsDown, heldPassportsUp } from './held-passports.js';
import { masterLinksDown, masterLinksUp } from './master-links.js';
import { nameWordsDown, nameWordsUp } from './name-words.js';
import { recordsDown, recordsUp } from './records.js';
import { releasedWordsDown, releasedWordsUp } from './released-words.js';
import { searchKeysDown, searchKeysUp } from './search-keys.js';
import { sequenceDown, sequenceUp } from './sequence.js';
import { tablesDown, tablesUp } from './tables.js';

/** Version 1 of the schema `dual_id`. */
export const version1 = {
  up: [
    ...tablesUp,
    ...guardsUp,
    ...sequenceUp,
    ...searchKeysUp,
    ...nameWordsUp,
    ...releasedWordsUp,
    ...masterLinksUp,
    ...recordsUp,
    ...heldPassportsUp,
    ...erasureUp,
  ],
  // Functions that return passports rest on the table, and triggers on their functions.
  down: [
    ...recordsDown,
    ...tablesDown,
    ...erasureDown,
    ...heldPassportsDown,
    ...masterLinksDown,
    ...releasedWordsDown,
    ...nameWordsDown,
    ...searchKeysDown,
    ...sequenceDown,
    ...guardsDown,
  ],
};
