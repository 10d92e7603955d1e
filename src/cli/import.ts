import { loadApplication } from './application.js';
import type { CommandLine, OptionSpec, OptionSpecs } from './command.js';
import { withDatabase } from './database.js';
import { configPath } from './options.js';
import { printLine, printTable } from './print.js';
import { UsageError } from './usage-error.js';
import type { ImportPlan } from '../features/import/plan/import-plan.js';
import { importFolder, importStream } from '../features/import/run/import-folder.js';
import type { FileReport, ImportReport } from '../features/import/run/import-report.js';
import { progressPrinter } from '../features/import/run/progress-printer.js';

/** The options that the application's plan offers as choices. */
export async function choicesIn(args: readonly string[]): Promise<OptionSpecs> {
  return choicesOf(await loadPlan(configPath(args)));
}

/** Runs `dual-id import`. */
export async function importRows({ words, texts, flags }: CommandLine): Promise<void> {
  const { config, file, 'lock-wait': lockWait, ...options } = texts;
  const folder = sourceIn(words, file);
  const plan = await loadPlan(config);
  const isJson = flags.has('json');
  const progress = isJson ? undefined : progressPrinter();
  const report = await withDatabase(async (database) => {
    const task = {
      database,
      plan,
      options,
      ...(lockWait === undefined ? {} : { lockWait: waitMilliseconds(lockWait) }),
      ...(progress ? { onProgress: progress.show, onNote: printNote } : {}),
    };
    try {
      return file === undefined
        ? await importFolder({ ...task, folder })
        : await importStream({ ...task, file, stream: process.stdin });
    } finally {
      progress?.clear();
    }
  });
  if (isJson) printLine(JSON.stringify(report, null, 2));
  else printReport(report);
}

/** The report contains it too; this one comes before the first row. */
function printNote(note: string): void {
  process.stderr.write(`${note}\n`);
}

function waitMilliseconds(seconds: string): number {
  const number = /^\d{1,7}$/.test(seconds) ? Number(seconds) : 0;
  if (number >= 1 && number <= 2_000_000) return number * 1000;
  throw new UsageError(`--lock-wait needs a whole number of seconds, not ${seconds}.`);
}

function sourceIn([source, ...others]: readonly string[], file: string | undefined): string {
  if (source === undefined || others.length > 0) {
    throw new UsageError('Pass one folder with the files: `dual-id import <folder>`.');
  }
  if ((source === '-') === (file !== undefined)) return source;
  throw new UsageError('A file read from stdin needs its name: `import - --file orders.csv`.');
}

async function loadPlan(path: string | undefined): Promise<ImportPlan> {
  const { import: plan } = await loadApplication(path);
  if (isPlan(plan)) return plan;
  throw new Error('The config has no import plan. Give it one made by defineImportPlan.');
}

function isPlan(value: object | undefined): value is ImportPlan {
  return value !== undefined && 'files' in value && 'name' in value;
}

function choicesOf({ choices = {} }: ImportPlan): OptionSpecs {
  return Object.fromEntries(
    Object.entries(choices).map(([name, values]): [string, OptionSpec] => [
      name,
      { type: 'string', value: values.join('|'), values, summary: 'a choice of the plan' },
    ]),
  );
}

function printReport({ files, tables, notes, rejectsFile, seconds }: ImportReport): void {
  printTable([
    ['file', 'rows in', 'loaded', 'rejected', 'already there', 'seconds'],
    ...files.map((file) => [file.file, ...figures(file)]),
    [],
    ['table', 'rows in', 'loaded', 'rejected', 'already there', 'seconds'],
    ...tables.map((table) => [table.table, ...figures(table)]),
  ]);
  printLine();
  for (const note of notes) printLine(note);
  if (rejectsFile !== null) printLine(`Rejected rows: ${rejectsFile}`);
  printLine(`Done in ${seconds.toFixed(1)} s.`);
}

function figures(report: Omit<FileReport, 'file' | 'table' | 'unknownHeaders'>): string[] {
  const { rowsIn, loaded, rejected, alreadyThere, seconds } = report;
  return [...[rowsIn, loaded, rejected, alreadyThere].map(String), seconds.toFixed(1)];
}
