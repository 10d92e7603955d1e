import { existsSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { fullTableName } from '../features/conversion/catalog/table-name.js';
import { Conversions } from '../features/conversion/conversions.js';
import type { CommandLine } from './command.js';
import { conversionOptions, conversionRequest, convertCall, wholeNumber } from './convert-call.js';
import type { ConvertCall } from './convert-call.js';
import { contractAsked, refuseUnderWay, convertTable, whileInterruptible } from './convert-run.js';
import { withDatabase } from './database.js';
import { printLine } from './print.js';
import { printPlan, printScript } from './printed-plan.js';
import { currentStep, printConversion } from './printed-status.js';
import type { Speed } from './printed-status.js';
import { QuietLogger } from './quiet-logger.js';

type ConvertWork = (conversions: Conversions) => Promise<number | void>;

/** Runs `dual-id convert`, which needs nothing of an application but its database. */
export async function convert(line: CommandLine): Promise<number | void> {
  const work = convertWork(convertCall(line), line);
  refuseEmptyPlace();
  return withDatabase((url) => {
    const logger = new QuietLogger();
    const options = { type: 'postgres', url, logger, applicationName: 'dual-id convert' } as const;
    return work(new Conversions(new DataSource(options)));
  });
}

/** Everything that is wrong with the call is found before the database is opened. */
function convertWork({ action, table = '', word }: ConvertCall, line: CommandLine): ConvertWork {
  const isJson = line.flags.has('json');
  switch (action) {
    case 'status':
      return (of) => printStatuses(of, table, isJson);
    case 'plan':
    case 'run': {
      const request = conversionRequest(table, line);
      const options = conversionOptions(line);
      if (action === 'run' && !line.flags.has('dry-run')) {
        return (of) => convertTable(of, { request, options, isJson });
      }
      return async (of) => {
        await refuseUnderWay(of, table);
        const plan = await of.plan(request);
        if (line.flags.has('dry-run') && !isJson) printScript(plan);
        else printPlan(plan, isJson);
        return plan.notes.some(({ kind }) => kind === 'refused') ? 1 : 0;
      };
    }
    case 'contract':
      return contractAsked(table, line);
    case 'resume':
    case 'rollback': {
      const options = conversionOptions(line);
      return (of) =>
        whileInterruptible(of, { table, isJson }, (more) =>
          of[action](table, { ...options, ...more }),
        );
    }
    case 'rate': {
      const rate = wholeNumber('The rate', word, 'rows') ?? null;
      const limit = rate === null ? 'as many rows as it can' : `at most ${rate} rows`;
      return (of) =>
        said(of.setRate(table, rate), `${fullTableName(table)} changes ${limit} a second.`);
    }
    case 'pause':
      return (of) => said(of.pause(table), `${fullTableName(table)} is paused.`);
    case 'unpause':
      return (of) => said(of.unpause(table), `${fullTableName(table)} is no longer paused.`);
  }
}

/** Says what was done, once it is. */
async function said(done: Promise<void>, sentence: string): Promise<void> {
  await done;
  printLine(sentence);
}

const between = 1_000;

/** Looks twice where something moves, to tell how fast. */
async function printStatuses(of: Conversions, table: string, isJson: boolean): Promise<void> {
  const wanted = table === '' ? undefined : fullTableName(table);
  const look = async () => {
    const all = await of.status();
    return wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  };
  const first = await look();
  const isMoving = first.some(({ hasRunner, isPaused }) => hasRunner && !isPaused);
  if (isMoving) await new Promise((resolve) => void setTimeout(resolve, between));
  const now = isMoving ? await look() : first;
  if (wanted !== undefined && now.length === 0) {
    throw new Error(
      `There is no conversion of ${wanted}. \`dual-id convert status\` lists those that there are.`,
    );
  }
  if (now.length === 0 && !isJson) printLine('There are no conversions in this database.');
  for (const status of now) {
    const before = first.find(({ name }) => name === status.name);
    printConversion(status, isMoving && before ? speedOf(before, status) : {}, isJson);
  }
}

type Status = Awaited<ReturnType<Conversions['status']>>[number];

function speedOf(before: Status, now: Status): Speed {
  const [first, second] = [currentStep(before), currentStep(now)];
  if (first?.name !== second?.name || !first?.stored || !second?.stored) return {};
  const seconds = between / 1_000;
  const rows = second.stored.rows - first.stored.rows;
  const blocks = (second.stored.nextBlock ?? 0) - (first.stored.nextBlock ?? 0);
  return blocks > 0 ? { rowsPerSecond: rows / seconds, blocksPerSecond: blocks / seconds } : {};
}

/** A table in use is in no database that would be made for the command. */
function refuseEmptyPlace(): void {
  if (process.env['OWNER_DATABASE_URL'] || process.env['DATABASE_URL']) return;
  if (existsSync(process.env['DUAL_ID_DATA_DIR'] || '.data')) return;
  throw new Error(
    'No database is named. Set DATABASE_URL to one such as postgres://user:password@host:5432/database.',
  );
}
