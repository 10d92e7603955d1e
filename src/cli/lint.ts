import { existsSync } from 'node:fs';
import { lintMigrations } from '../features/migration-lint/lint-migrations.js';
import { lintRules } from '../features/migration-lint/lint-rules.js';
import type { LintFinding, LintOptions, LintReport } from '../features/migration-lint/report.js';
import type { CommandLine } from './command.js';
import { nearest } from './nearest.js';
import { printError, printLine } from './print.js';
import { UsageError } from './usage-error.js';

/** Where migrations usually are. */
const usualFolders = ['migrations', 'src/migrations', 'src/migration', 'src/database/migrations'];

/** Runs `dual-id lint`. */
export async function lint({ words, texts, lists, flags }: CommandLine): Promise<number> {
  const [what, ...paths] = words;
  if (what !== 'migrations') {
    throw new UsageError('Say what to check: `dual-id lint migrations [<path>...]`.');
  }
  const options = {
    ...numberOption('since', texts['since'], /^\d{10,16}$/, 'a timestamp such as 1760000000000'),
    ...numberOption('postgres', texts['postgres'], /^(?:9|[1-9]\d)$/, 'a major version such as 17'),
    disable: rulesIn(lists['disable'] ?? []),
    down: flags.has('down'),
  };
  return print(await lintMigrations(givenOrUsual(paths), options), options, flags.has('json'));
}

function numberOption(
  name: 'since' | 'postgres',
  text: string | undefined,
  pattern: RegExp,
  needed: string,
): Pick<LintOptions, 'since' | 'postgres'> {
  if (text === undefined) return {};
  if (!pattern.test(text)) throw new UsageError(`--${name} needs ${needed}, not ${text}.`);
  return { [name]: Number(text) };
}

function rulesIn(lists: readonly string[]): readonly string[] {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  const known = lintRules.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  const close = nearest(unknown, known);
  throw new UsageError(`There is no rule ${unknown}.${close ? ` Did you mean ${close}?` : ''}`);
}

function givenOrUsual(paths: readonly string[]): readonly string[] {
  if (paths.length > 0) return paths;
  const usual = usualFolders.filter((folder) => existsSync(folder));
  if (usual.length > 0) return usual;
  throw new UsageError(
    `There are no migrations in ${usualFolders.join(', ')}. Pass their files or folder: \`dual-id lint migrations <path>\`.`,
  );
}

/** Prints the report. A file that could not be checked weighs more than a finding. */
function print(report: LintReport, { since }: LintOptions, isJson: boolean): number {
  const { files, findings, notes, failures } = report;
  if (files === 0 && since === undefined) {
    throw new UsageError('No file of migrations was found. Pass .ts, .js or .sql files.');
  }
  if (isJson) printLine(JSON.stringify(report, null, 2));
  else {
    for (const finding of findings) printUnsafe(finding);
    for (const { file, line, column, note } of notes)
      printLine(`${file}:${line}:${column}  ${note}`);
    const found =
      findings.length === 0 ? 'Nothing unsafe was found' : `Findings: ${findings.length}`;
    printLine(`${found}. Files: ${files}. Not read: ${notes.length} places.`);
  }
  for (const { file, problem } of failures) printError(`${file} was not checked. ${problem}`);
  if (failures.length > 0) return 2;
  return findings.length > 0 ? 1 : 0;
}

function printUnsafe({ file, line, column, rule, subject, why, safeForm }: LintFinding): void {
  printLine(`${file}:${line}:${column}  ${rule}${subject === null ? '' : `  ${subject}`}`);
  printLine(`  ${why}`);
  for (const text of safeForm.split('\n')) printLine(`    ${text}`);
  printLine();
}
