import type { JsonSchema } from '../../core/view/json-schema.js';

/** How an export is written: `csv` after RFC 4180, or `ndjson`, one JSON object a line. */
export type ExportFormat = 'csv' | 'ndjson';

/** Writes the views of one export. */
export interface RowFormat {
  /** What comes before the first view. */
  readonly header: string;
  readonly row: (view: object) => string;
}

/** The names of the formats. */
export const exportFormats: readonly ExportFormat[] = ['csv', 'ndjson'];

/** The format of a view with this schema. */
export function rowFormat(format: ExportFormat, schema: JsonSchema): RowFormat {
  if (format === 'ndjson') return { header: '', row: (view) => `${JSON.stringify(view)}\n` };
  const names = Object.keys(schema.properties ?? {});
  const line = (cells: readonly string[]) => `${cells.join(',')}\r\n`;
  return {
    header: line(names.map(quoted)),
    row: (view) => line(names.map((name) => cellOf((view as Record<string, unknown>)[name]))),
  };
}

/** Null is an empty cell, an empty text a quoted one; lists and objects are JSON. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value === '') return '""';
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
