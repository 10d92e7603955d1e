import type { SchemaStep } from './versioned-schema.js';
import { version1 } from './version-1/version-1.js';

/**
 * The versions of the schema `dual_id`, the first at index 0. A version that was released is never
 * edited, because databases already have it. A change is a new version: one file, frozen with its
 * release, with all its SQL in it, because a function that it called would keep changing. Its `up`
 * ends where a fresh installation ends, and `down` is the way back.
 */
export const schemaSteps: readonly SchemaStep[] = [version1];
