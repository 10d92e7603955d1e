export { defineImportPlan } from './plan/define-import-plan.js';
export type { ElementType, FieldType } from './plan/fields/field-type.js';
export { ImportError } from './plan/import-error.js';
export type {
  FileColumn,
  ImportSequence,
  ImportChoices,
  ImportColumn,
  ImportFile,
  ImportPlan,
  ValueColumn,
} from './plan/import-plan.js';
export type { ImportDatabase } from './run/connection.js';
export type { NoteListener } from './run/import-files.js';
export { importFolder, importStream } from './run/import-folder.js';
export type { ImportRequest, StreamRequest } from './run/import-folder.js';
export type { FileReport, ImportReport, TableReport } from './run/import-report.js';
export { progressPrinter } from './run/progress-printer.js';
export type { ProgressOutput, ProgressPrinter } from './run/progress-printer.js';
export type { ImportProgress, ImportStep, ProgressListener } from './source/file-progress.js';
