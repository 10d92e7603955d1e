import { escapedForCopy, escapedFields } from '../plan/copy-text.js';
import type { CsvRecord } from '../source/csv-record.js';
import { textProblem } from '../source/csv-record.js';

/**
 * Writes a record as a line of `COPY ... (FORMAT text, DELIMITER ',', NULL '')`: line number,
 * reason and raw text of what cannot be loaded, then the fields. A record without quotes goes
 * through almost as it is.
 */
export function copyRow(record: CsvRecord, width: number): string {
  const { line, raw, fields } = record;
  const problem = recordProblem(record, width);
  if (problem !== undefined) {
    return `${line},${escapedForCopy(problem)},${escapedForCopy(printable(raw))}${','.repeat(width)}\n`;
  }
  if (fields) return `${line},,${escapedForCopy(raw)},${fields.map(escapedForCopy).join(',')}\n`;
  return `${line},,,${escapedFields(raw)}\n`;
}

function recordProblem({ raw, fields, problem }: CsvRecord, width: number): string | undefined {
  if (problem !== undefined) return problem;
  const unreadable = textProblem(raw);
  if (unreadable !== undefined) return unreadable;
  const found = fields?.length ?? commasIn(raw) + 1;
  if (found === width) return undefined;
  return `has ${found} field${found === 1 ? '' : 's'}, while the header has ${width}`;
}

function commasIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count += 1;
  return count;
}

/** What no text column takes becomes the replacement character. */
function printable(raw: string): string {
  const text = Buffer.from(raw, 'latin1').toString('utf8').replaceAll('\0', '\uFFFD');
  return Buffer.from(text, 'utf8').toString('latin1');
}
