import { pipeline } from 'node:stream/promises';
import type { DataSource } from 'typeorm';
import { requireUnrestricted } from '../../core/access/access-context.js';
import { compileView } from '../../core/view/view-compiler.js';
import type { ViewClass } from '../../core/view/view-spec.js';
import { ExportError } from './export-error.js';
import { exportStatement } from './export-statement.js';
import { readInSnapshot } from './read-snapshot.js';
import type { ExportFormat, FormulaHandling } from './row-format.js';
import { rowFormat } from './row-format.js';

/** What to export. */
export interface ExportRequest {
  /** An initialized data source; the export uses one of its connections. */
  readonly dataSource: DataSource;
  readonly view: ViewClass;
  /** `csv` by default. */
  readonly format?: ExportFormat;
  /**
   * How text in CSV that a spreadsheet would run as a formula is written; `keep` by default, so
   * that the file holds what the API shows. `escape` is for files that people open.
   */
  readonly formulas?: FormulaHandling;
  /** Filters of the view's pages, by name. */
  readonly filters?: Readonly<Record<string, string>>;
}

/**
 * Exports every row of a view as text, chunk by chunk, with public ids only and from one snapshot.
 * Memory does not grow with the rows. Leaving the loop ends the transaction. The generator returns
 * the number of rows. Throws an `ExportError` for filters the view does not have, and for escaping
 * formulas in NDJSON, which no spreadsheet runs.
 *
 * CSV is RFC 4180 with a header: null is an empty cell, an empty text is `""`, and lists and
 * objects are JSON in their cell. NDJSON has one object per line.
 */
export async function* exportView(request: ExportRequest): AsyncGenerator<string, number> {
  requireUnrestricted('exportView');
  const { dataSource, format = 'csv', formulas = 'keep', filters = {} } = request;
  if (format !== 'csv' && formulas === 'escape') {
    throw new ExportError(
      `Formulas are escaped only in csv, not in ${format}; leave the option out.`,
    );
  }
  const view = compileView(request.view, dataSource);
  const { header, row } = rowFormat(format, view.schema, formulas);
  const statement = exportStatement(view, filters);
  let count = 0;
  let text = header;
  for await (const rows of readInSnapshot(dataSource, statement)) {
    for (const values of rows) text += row(view.readAmongOthers(values));
    count += rows.length;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  return count;
}

/** Options for the stream an export is written to. */
export interface ExportTarget {
  /** Whether the stream is ended after the last row, true by default. */
  readonly end?: boolean;
}

/** Writes a view to a stream at the stream's pace, and returns the number of rows. */
export async function exportViewTo(
  target: NodeJS.WritableStream,
  request: ExportRequest,
  { end = true }: ExportTarget = {},
): Promise<number> {
  let count = 0;
  await pipeline(
    async function* () {
      count = yield* exportView(request);
    },
    target,
    { end },
  );
  return count;
}
