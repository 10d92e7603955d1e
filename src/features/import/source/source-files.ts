import type { ImportFile } from '../plan/import-plan.js';
import type { SourceText } from './source-text.js';

/** A file that is there, its header read. */
export interface SourceFile {
  readonly name: string;
  readonly headers: readonly string[];
  /** Its size as it is stored, where that is known. */
  readonly bytes: number | undefined;
  /** Its text from the start; that of a stream once. */
  readonly open: () => SourceText;
  /** True once a stream has been opened: it cannot be read again. */
  readonly isSpent: () => boolean;
  /** SHA-256 of its bytes, in hex; undefined for a stream. */
  readonly digest: () => Promise<string | undefined>;
}

/** An entry of the plan with its files; none when it is optional and absent. */
export interface PlannedFiles {
  readonly entry: ImportFile;
  readonly files: readonly SourceFile[];
}

/** What a folder holds for a plan. */
export interface FolderContent {
  /** All entries of the plan. */
  readonly entries: readonly ImportFile[];
  readonly planned: readonly PlannedFiles[];
  /** Names of CSV files that no entry of the plan takes. */
  readonly unplanned: readonly string[];
}
