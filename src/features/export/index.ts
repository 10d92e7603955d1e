export { ExportError } from './export-error.js';
export { exportView, exportViewTo } from './export-view.js';
export type { ExportRequest, ExportTarget } from './export-view.js';
export type { ExportFormat, FormulaHandling } from './row-format.js';
