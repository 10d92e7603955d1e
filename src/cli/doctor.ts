import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DualIdConfig } from '../core/cli-config.js';
import { forJob } from '../core/data-source/limits.js';
import type { DataReport } from '../features/doctor/data/data-report.js';
import { diagnoseData } from '../features/doctor/data/diagnose-data.js';
import type { RepairReport } from '../features/doctor/data/repair-data.js';
import { repairData } from '../features/doctor/data/repair-data.js';
import { diagnose } from '../features/doctor/structure/diagnose.js';
import type { Declared } from '../features/doctor/structure/declared.js';
import type { Finding } from '../features/doctor/finding.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printLine } from './print.js';
import { ErrorOutput } from './error-output.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id doctor`. */
export async function doctor({ words, texts, lists, flags }: CommandLine): Promise<number> {
  if (words.length > 0) throw new UsageError(`doctor takes no argument, but got ${words[0]}.`);
  if (flags.has('repair') && !flags.has('data')) throw new UsageError('--repair needs --data.');
  if (flags.has('dry-run') && !flags.has('repair')) {
    throw new UsageError('--dry-run needs --repair.');
  }
  const include = lists['include'] ?? [];
  if (include.length > 0 && !flags.has('repair')) {
    throw new UsageError('--include needs --repair.');
  }
  const application = await loadApplication(texts['config']);
  const answer = flags.has('repair') ? repair : flags.has('data') ? data : structure;
  return withDatabase(async (url) => {
    const options = { ...application.dataSource(url), logger: new QuietLogger() };
    const dataSource = await new DataSource(forJob(options)).initialize();
    try {
      return await answer({ application, url, dataSource, flags, include });
    } finally {
      await dataSource.destroy();
    }
  });
}

interface Visit {
  readonly application: DualIdConfig;
  readonly url: string;
  readonly dataSource: DataSource;
  readonly flags: ReadonlySet<string>;
  readonly include: readonly string[];
}

async function structure({ application, url, dataSource, flags }: Visit): Promise<number> {
  // TypeORM's schema builder sends concurrent queries on one connection, which pg warns about.
  process.noDeprecation = true;
  const { application: make, views = [] } = application;
  const declared: Declared[] = [];
  Logger.overrideLogger(new ErrorOutput());
  const findings = await diagnose({
    dataSource,
    views,
    onDeclared: (one) => declared.push(one),
    ...(make ? { application: () => make(url) } : {}),
  });
  if (flags.has('json')) printLine(JSON.stringify({ findings, declared }, null, 2));
  else {
    for (const { place, what } of declared) printLine(`declared  ${place}: ${what}`);
    for (const finding of findings) printFinding(finding);
    printLine(findings.length === 0 ? 'Nothing is wrong.' : `Findings: ${findings.length}.`);
    if (!make) printLine('Routes and inputs were not checked: the config has no `application`.');
  }
  return findings.length === 0 ? 0 : 1;
}

async function data({ dataSource, flags }: Visit): Promise<number> {
  return dataAnswer(await diagnoseData(dataSource), flags.has('json'));
}

async function repair({ dataSource, flags, include }: Visit): Promise<number> {
  const isDryRun = flags.has('dry-run');
  const isJson = flags.has('json');
  const report = await repairData(dataSource, {
    isDryRun,
    include,
    onAction: ({ code, place, does }) => {
      if (!isJson) printLine(`${isDryRun ? 'would' : 'did'}: ${place}: ${does} (${code})`);
    },
  });
  return repairAnswer(report, isJson);
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

function printFinding({ code, place, problem, fix }: Finding): void {
  printLine(`${code}  ${place}: ${problem}`);
  printLine(`  ${fix}`);
}
