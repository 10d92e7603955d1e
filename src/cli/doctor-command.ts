import { DataSource } from 'typeorm';
import type { DualIdConfig } from '../core/cli-config.js';
import type { DataReport } from '../features/doctor/data/data-report.js';
import { diagnoseData } from '../features/doctor/data/diagnose-data.js';
import type { RepairReport } from '../features/doctor/data/repair-data.js';
import { repairData } from '../features/doctor/data/repair-data.js';
import type { Finding } from '../features/doctor/finding.js';
import { loadApplication } from './application.js';
import type { Command, CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printLine } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** `dual-id doctor`: tells what is wrong, and how it is cured. */
export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor --data',
  summary: 'looks for what breaks a guarantee; exit code 1 means that it found something',
  options: {
    data: { type: 'boolean', summary: 'looks at every row of every registered table and link' },
    repair: {
      type: 'boolean',
      summary: 'with --data: puts right what is wrong for certain; deletes no row of an entity',
    },
    'dry-run': { type: 'boolean', summary: 'with --repair: tells what it would do, and does not' },
    json: { type: 'boolean', summary: 'the report as JSON' },
  },
  failureCode: 2,
  run,
};

async function run({ words, texts, flags }: CommandLine): Promise<number> {
  if (words.length > 0) throw new UsageError(`doctor takes no word, but got ${words[0]}.`);
  if (!flags.has('data')) throw new UsageError('Give --data.');
  if (flags.has('dry-run') && !flags.has('repair')) {
    throw new UsageError('--dry-run goes with --repair.');
  }
  const application = await loadApplication(texts['config']);
  const isJson = flags.has('json');
  return withDatabase(async (url) => {
    const dataSource = await connected(application, url);
    try {
      if (!flags.has('repair')) return dataAnswer(await diagnoseData(dataSource), isJson);
      const isDryRun = flags.has('dry-run');
      const verb = isDryRun ? 'would' : 'did';
      const report = await repairData(dataSource, {
        isDryRun,
        onAction: ({ code, place, does }) => {
          if (!isJson) printLine(`${verb}: ${place}: ${does} (${code})`);
        },
      });
      return repairAnswer(report, isJson);
    } finally {
      await dataSource.destroy();
    }
  });
}

function connected({ dataSource }: DualIdConfig, url: string): Promise<DataSource> {
  const options = { ...dataSource(url), migrations: [], logger: new QuietLogger() };
  return new DataSource(options).initialize();
}

function dataAnswer(report: DataReport, isJson: boolean): number {
  if (isJson) printLine(JSON.stringify(report, null, 2));
  else printData(report);
  return report.counts.length === 0 ? 0 : 1;
}

function repairAnswer(report: RepairReport, isJson: boolean): number {
  const { actions, isDryRun, refused, after } = report;
  if (isJson) printLine(JSON.stringify(report, null, 2));
  else {
    for (const finding of refused) printFinding(finding);
    printLine(isDryRun ? `${actions} rows would be repaired.` : `${actions} rows repaired.`);
    printLine();
    printData(after);
  }
  return after.counts.length === 0 ? 0 : 1;
}

function printData({ findings, counts, tables, seconds }: DataReport): void {
  for (const finding of findings) {
    printFinding(finding);
    if (finding.repair !== null) printLine(`  --repair ${finding.repair}`);
  }
  for (const { code, place, rows, repairable } of counts) {
    printLine(`${code} in ${place}: ${rows}, of which ${repairable} can be repaired`);
  }
  const outcome = counts.length === 0 ? 'Nothing is wrong' : 'Something is wrong';
  printLine(`${outcome}: ${tables} tables in ${seconds.toFixed(1)} s.`);
}

function printFinding({ code, place, problem, cure }: Finding): void {
  printLine(`${code}  ${place}: ${problem}`);
  printLine(`  ${cure}`);
}
