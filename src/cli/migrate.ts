import { DataSource } from 'typeorm';
import type { MigrationOptions } from '../core/migrations/retry-options.js';
import { migrationStatus, revertMigration, runMigrations } from '../core/migrations/migrate.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printError, printLine } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id migrate`. */
export async function migrate({ words, texts, flags }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`migrate takes no argument, but got ${words[0]}.`);
  if (flags.has('revert') && flags.has('status')) {
    throw new UsageError('Pass either --revert or --status.');
  }
  const application = await loadApplication(texts['config']);
  const retryOptions = retryOptionsIn(texts);
  const action = flags.has('status') ? printStatus : flags.has('revert') ? revert : runPending;
  await withDatabase((url) =>
    action(
      new DataSource({ ...application.dataSource(url), logger: new QuietLogger() }),
      retryOptions,
    ),
  );
}

/** The limits from the command line. Messages about waits are not results and go to stderr. */
function retryOptionsIn(texts: CommandLine['texts']): MigrationOptions {
  const lockTimeout = optionMilliseconds('lock-timeout', texts['lock-timeout'], 1);
  const retryFor = optionMilliseconds('retry-for', texts['retry-for'], 0);
  return {
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(retryFor !== undefined && { retryFor }),
    log: printError,
  };
}

function optionMilliseconds(
  name: string,
  text: string | undefined,
  min: number,
): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= min) return Number(text);
  throw new UsageError(`--${name} needs a whole number of milliseconds from ${min}, not ${text}.`);
}

async function runPending(dataSource: DataSource, retryOptions: MigrationOptions): Promise<void> {
  const names = await runMigrations(dataSource, retryOptions);
  for (const name of names) printLine(`ran ${name}`);
  if (names.length === 0) printLine('Nothing to do: every migration has run.');
}

async function revert(dataSource: DataSource, retryOptions: MigrationOptions): Promise<void> {
  const name = await revertMigration(dataSource, retryOptions);
  printLine(name === undefined ? 'Nothing to do: no migration has run.' : `reverted ${name}`);
}

async function printStatus(dataSource: DataSource): Promise<void> {
  for (const { name, isApplied } of await migrationStatus(dataSource)) {
    printLine(`${isApplied ? 'applied' : 'pending'}  ${name}`);
  }
}
