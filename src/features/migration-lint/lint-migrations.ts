import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { lintText, timestampIn } from './lint-text.js';
import type { TextReport } from './lint-text.js';
import { migrationFiles } from './migration-files.js';
import type { LintFailure, LintFinding, LintNote, LintOptions, LintReport } from './report.js';

/** Checks files of migrations, given one by one, by their folder or by a glob. */
export async function lintMigrations(
  paths: readonly string[],
  options: LintOptions = {},
): Promise<LintReport> {
  const { since } = options;
  const files = (await migrationFiles(paths)).filter(
    (file) => since === undefined || (timestampIn(basename(file)) ?? Infinity) > since,
  );
  const findings: LintFinding[] = [];
  const notes: LintNote[] = [];
  const failures: LintFailure[] = [];
  for (const file of files) {
    const report = await lintFile(file, options);
    if ('problem' in report) failures.push(report);
    else {
      findings.push(...report.findings);
      notes.push(...report.notes);
    }
  }
  return { files: files.length, findings, notes, failures };
}

async function lintFile(file: string, options: LintOptions): Promise<TextReport | LintFailure> {
  try {
    return lintText(file, await readText(file), options);
  } catch (error) {
    return { file, problem: problemWith(error) };
  }
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (bytes.includes(0)) throw new Error('It is no text.');
  // Without `ignoreBOM` the mark at the start of the file is not part of the text.
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function problemWith(error: unknown): string {
  if (error instanceof RangeError) return 'It is nested too deeply to be read.';
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EACCES') return 'It may not be read. Check its permissions.';
  if (code === 'ENOENT') return 'It does not exist.';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'It is not in UTF-8. Convert it.';
  return code.startsWith('BABEL_') ? `It cannot be parsed: ${error.message}` : error.message;
}
