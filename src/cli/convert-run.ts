import { createInterface } from 'node:readline/promises';
import { DualIdError } from '../core/errors/dual-id-error.js';
import { conversionName } from '../features/conversion/conversions.js';
import type { Conversions, ConversionStatus } from '../features/conversion/conversions.js';
import { fullTableName } from '../features/conversion/catalog/table-name.js';
import type { ConversionRequest } from '../features/conversion/plan/conversion-request.js';
import type { ConversionOptions } from '../features/conversion/run/run-options.js';
import type { CommandLine } from './command.js';
import { conversionPrinter } from './conversion-progress.js';
import { conversionOptions } from './convert-call.js';
import { printError, printLine } from './print.js';
import { printPlan } from './printed-plan.js';
import { nextCommand, printConversion, shellTable } from './printed-status.js';
import { UsageError } from './usage-error.js';

/** The exit code of a program that ended because of SIGINT. */
const interrupted = 130;

interface RunCall {
  readonly request: ConversionRequest;
  readonly options: ConversionOptions;
  readonly isJson: boolean;
}

/** Plans a conversion and runs it; prints the plan of one that is refused. */
export async function convertTable(
  of: Conversions,
  { request, options, isJson }: RunCall,
): Promise<number> {
  await refuseUnderWay(of, request.table);
  const plan = await of.plan(request);
  if (plan.notes.some(({ kind }) => kind === 'refused')) {
    printPlan(plan, isJson);
    return 1;
  }
  const table = conversionName(plan);
  return whileInterruptible(of, { table, isJson }, (more) =>
    of.start(plan, { ...options, ...more }),
  );
}

/** A table that is being converted would be refused for what its conversion has made. */
export async function refuseUnderWay(of: Conversions, table: string): Promise<void> {
  const status = await conversionOf(of, table);
  if (status === undefined || isOver.has(status.state)) return;
  const name = shellTable(status.plan.subject);
  throw new Error(
    `A conversion of ${name} is under way (${status.plan.kind}, ${status.state}). See \`dual-id convert status ${name}\`.`,
  );
}

const isOver: ReadonlySet<string> = new Set(['planned', 'rolled back', 'contracted']);

/** Contracts a table, after a question: nothing brings back what goes. */
export function contractAsked(
  table: string,
  line: CommandLine,
): (of: Conversions) => Promise<number> {
  const options = conversionOptions(line);
  const isSure = line.flags.has('yes');
  if (!isSure && !process.stdin.isTTY) {
    throw new UsageError(
      'The contract drops the old columns, and nothing brings them back. Pass --yes where nobody can be asked.',
    );
  }
  return async (of) => {
    if (!isSure && !(await isConfirmed(table))) {
      printError('Nothing was changed.');
      return 1;
    }
    const isJson = line.flags.has('json');
    return whileInterruptible(of, { table, isJson }, (more) =>
      of.contract(table, { ...options, ...more }),
    );
  };
}

async function isConfirmed(table: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `The contract of ${table} drops the old columns, and nothing brings them back. Type yes to go on: `,
    );
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

/**
 * Shows how far some work is, and stops it between two batches when the command is interrupted;
 * prints where the conversion is then.
 */
export async function whileInterruptible(
  of: Conversions,
  { table, isJson }: { readonly table: string; readonly isJson: boolean },
  work: (more: ConversionOptions) => Promise<void>,
): Promise<number> {
  const stopping = new AbortController();
  const printer = conversionPrinter();
  const note = (text: string) => {
    printer.clear();
    printError(text);
  };
  const stop = () => {
    if (stopping.signal.aborted) process.exit(interrupted);
    note('It stops after this batch or statement; interrupt it again to end it at once.');
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const onProgress = isJson ? undefined : printer.show;
    await work({ signal: stopping.signal, log: note, ...(onProgress && { onProgress }) });
  } catch (error) {
    printer.clear();
    if (!isInterruption(error)) throw error;
    await tellHowToGoOn(of, table);
    return interrupted;
  } finally {
    printer.clear();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  printConversion((await conversionOf(of, table))!, {}, isJson);
  return 0;
}

async function tellHowToGoOn(of: Conversions, table: string): Promise<void> {
  const status = (await conversionOf(of, table))!;
  const name = shellTable(status.plan.subject);
  const next = nextCommand(status) ?? `dual-id convert resume ${name}`;
  printError(`It was stopped, and can go on where it is: ${next}`);
  if (!next.includes(' resume ')) return;
  printLine(`Or take it back: dual-id convert rollback ${name}`);
}

async function conversionOf(of: Conversions, table: string): Promise<ConversionStatus | undefined> {
  const name = fullTableName(table);
  return (await of.status()).find((status) => status.name === name);
}

function isInterruption(error: unknown): boolean {
  return error instanceof DualIdError && error.code === 'conversion_interrupted';
}
