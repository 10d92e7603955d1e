import { DataSource } from 'typeorm';
import type { MigrationOptions } from '../core/migrations/patience.js';
import { migrationStatus, revertMigration, runMigrations } from '../core/migrations/migrate.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printError, printLine } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** What `dual-id migrate` does. */
export async function migrate({ words, texts, flags }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`migrate takes no word, but got ${words[0]}.`);
  if (flags.has('revert') && flags.has('status')) {
    throw new UsageError('Give either --revert or --status.');
  }
  const application = await loadApplication(texts['config']);
  const patience = patienceIn(texts);
  const action = flags.has('status') ? status : flags.has('revert') ? revert : run;
  await withDatabase((url) =>
    action(new DataSource({ ...application.dataSource(url), logger: new QuietLogger() }), patience),
  );
}

/** The limits of the command line. Lines on waits are no answer, and go where errors go. */
function patienceIn(texts: CommandLine['texts']): MigrationOptions {
  const lockTimeout = milliseconds('lock-timeout', texts['lock-timeout'], 1);
  const retryFor = milliseconds('retry-for', texts['retry-for'], 0);
  return {
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(retryFor !== undefined && { retryFor }),
    log: printError,
  };
}

function milliseconds(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(
    `--${name} needs a whole number of milliseconds from ${least}, not ${text}.`,
  );
}

async function run(dataSource: DataSource, patience: MigrationOptions): Promise<void> {
  const names = await runMigrations(dataSource, patience);
  for (const name of names) printLine(`ran ${name}`);
  if (names.length === 0) printLine('Nothing to do: every migration has run.');
}

async function revert(dataSource: DataSource, patience: MigrationOptions): Promise<void> {
  const name = await revertMigration(dataSource, patience);
  printLine(name === undefined ? 'Nothing to do: no migration has run.' : `reverted ${name}`);
}

async function status(dataSource: DataSource): Promise<void> {
  for (const { name, isApplied } of await migrationStatus(dataSource)) {
    printLine(`${isApplied ? 'applied' : 'pending'}  ${name}`);
  }
}
