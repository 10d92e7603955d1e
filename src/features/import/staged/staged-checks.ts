import type { FileImport } from '../source/file-import.js';
import { checkDuplicates } from './duplicates.js';
import { checkOwnReferences } from './reference-checks.js';
import { checkRows } from './row-checks.js';
import { checkSequenceRows } from './row-sequence.js';

/** Gives every staged row that cannot be inserted its reason, in the order that checks rely on. */
export async function checkStagedRows(run: FileImport): Promise<void> {
  await checkRows(run);
  await checkDuplicates(run);
  await checkSequenceRows(run);
  await checkOwnReferences(run);
}
