import type { SourceFile } from './source-files.js';

/** What happens with a file, in this order. */
export type ImportStep = 'reading' | 'checking' | 'loading' | 'done';

/** How far an import is with one file. */
export interface ImportProgress {
  readonly file: string;
  readonly table: string;
  readonly step: ImportStep;
  /** Rows read so far. */
  readonly rows: number;
  /** Bytes read so far of the file as it is stored. */
  readonly bytes: number;
  /** All its bytes; undefined for a stream. */
  readonly totalBytes: number | undefined;
}

/** Is called with how far an import is. */
export type ProgressListener = (progress: ImportProgress) => void;

/** Reports to a listener, if there is one, how far the import of one file is. */
export class FileProgress {
  private bytes = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly table: string,
    private readonly listener: ProgressListener | undefined,
  ) {}

  report(step: ImportStep, { rows, bytes }: { rows: number; bytes?: number }): void {
    this.bytes = bytes ?? this.bytes;
    this.listener?.({
      file: this.file.name,
      table: this.table,
      step,
      rows: Math.max(rows, 0),
      bytes: this.bytes,
      totalBytes: this.file.bytes,
    });
  }
}
