export { ImportError } from './import-error.js';
export { importFolder, importStream } from './import-folder.js';
export type { ImportRequest, StreamRequest } from './import-folder.js';
export type { ImportDatabase } from './connection.js';
export type { ElementType, FieldType } from './fields/field-type.js';
export { defineImportPlan } from './import-plan.js';
export type {
  FileColumn,
  ImportChain,
  ImportChoices,
  ImportColumn,
  ImportFile,
  ImportPlan,
  ValueColumn,
} from './import-plan.js';
export type { FileReport, ImportReport, TableReport } from './import-report.js';
export { progressPrinter } from './progress-printer.js';
export type { ProgressOutput, ProgressPrinter } from './progress-printer.js';
export type { NoteListener } from './import-files.js';
export type { ImportProgress, ImportStep, ProgressListener } from './progress.js';
