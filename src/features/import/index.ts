export { ImportError } from './import-error.js';
export { importFolder } from './import-folder.js';
export type { ImportRequest } from './import-folder.js';
export type { ImportDatabase } from './connection.js';
export { defineImportPlan } from './import-plan.js';
export type {
  FieldType,
  FileColumn,
  ImportChoices,
  ImportColumn,
  ImportFile,
  ImportPlan,
  ValueColumn,
} from './import-plan.js';
export type { FileReport, ImportReport, TableReport } from './import-report.js';
