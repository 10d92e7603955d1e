import type { LinesOfFile } from './lines.js';

/** A comment that allows a rule for the line after it. */
export interface Allowance {
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly reason: string;
}

const comment =
  /^\s*(?:\/\/|--|\/?\*+)\s*dual-id-lint:\s*allow\s+([^\s*]+)(?:\s+because\b)?\s*(.*?)\s*(?:\*\/)?\s*$/;
const anyComment = /^\s*(?:\/\/|--|\/?\*)/;

/** The allow comments of a file. */
export function allowancesIn(lines: LinesOfFile): Allowance[] {
  const found: Allowance[] = [];
  for (let line = 1; line <= lines.count; line += 1) {
    const text = lines.textOf(line);
    const [, rule, reason] = comment.exec(text) ?? [];
    if (rule === undefined) continue;
    const column = text.search(/\S/) + 1;
    const isGiven = /\sbecause\s/.test(text);
    found.push({ line, column, rule, reason: isGiven ? (reason ?? '') : '' });
  }
  return found;
}

/** The allow comments right above a line. */
export function allowancesAbove(
  all: readonly Allowance[],
  line: number,
  lines: LinesOfFile,
): readonly Allowance[] {
  let first = line;
  while (first > 1 && anyComment.test(lines.textOf(first - 1))) first -= 1;
  return all.filter((one) => one.line >= first && one.line < line);
}
