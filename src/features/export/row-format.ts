import type { JsonSchema } from '../../core/json-schema/json-schema.js';

/** The format of an export: `csv` as in RFC 4180, or `ndjson`, one JSON object per line. */
export type ExportFormat = 'csv' | 'ndjson';

/**
 * How text that a spreadsheet would run as a formula is written: `keep` leaves it as it is, and
 * `escape` puts an apostrophe before it, so that it is shown and not run.
 */
export type FormulaHandling = 'keep' | 'escape';

/** Writes the views of one export. */
export interface RowFormat {
  /** What precedes the first view. */
  readonly header: string;
  readonly row: (view: object) => string;
}

/** The names of the formats. */
export const exportFormats: readonly ExportFormat[] = ['csv', 'ndjson'];

/** The ways to write formulas. */
export const formulaHandlings: readonly FormulaHandling[] = ['keep', 'escape'];

type WriteText = (text: string) => string;

/** The format of a view with this schema. */
export function rowFormat(
  format: ExportFormat,
  schema: JsonSchema,
  formulas: FormulaHandling = 'keep',
): RowFormat {
  if (format === 'ndjson') return { header: '', row: (view) => `${JSON.stringify(view)}\n` };
  const names = Object.keys(schema.properties ?? {});
  const text: WriteText = formulas === 'escape' ? (raw) => csvField(withoutFormula(raw)) : csvField;
  const line = (cells: readonly string[]) => `${cells.join(',')}\r\n`;
  return {
    header: line(names.map(text)),
    row: (view) => line(names.map((name) => cellOf((view as Record<string, unknown>)[name], text))),
  };
}

/** Null is an empty cell, an empty text a quoted one; lists and objects are JSON. */
function cellOf(value: unknown, text: WriteText): string {
  if (value === null || value === undefined) return '';
  if (value === '') return '""';
  if (typeof value === 'string') return text(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? csvField(JSON.stringify(value)) : String(value);
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The characters that start a formula in spreadsheets, in both widths, and the ones that
 * spreadsheets skip before it (OWASP, CSV injection). A negative number is not a formula.
 */
const formula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const negativeNumber = /^-\d+(?:\.\d+)?$/;

function withoutFormula(text: string): string {
  return formula.test(text) && !negativeNumber.test(text) ? `'${text}` : text;
}
