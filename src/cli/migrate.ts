import { DataSource } from 'typeorm';
import { migrationStatus, revertMigration, runMigrations } from '../core/migrations/migrate.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printLine } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** What `dual-id migrate` does. */
export async function migrate({ words, texts, flags }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`migrate takes no word, but got ${words[0]}.`);
  if (flags.has('revert') && flags.has('status')) {
    throw new UsageError('Give either --revert or --status.');
  }
  const application = await loadApplication(texts['config']);
  const action = flags.has('status') ? status : flags.has('revert') ? revert : run;
  await withDatabase((url) =>
    action(new DataSource({ ...application.dataSource(url), logger: new QuietLogger() })),
  );
}

async function run(dataSource: DataSource): Promise<void> {
  const names = await runMigrations(dataSource);
  for (const name of names) printLine(`ran ${name}`);
  if (names.length === 0) printLine('Nothing to do: every migration has run.');
}

async function revert(dataSource: DataSource): Promise<void> {
  const name = await revertMigration(dataSource);
  printLine(name === undefined ? 'Nothing to do: no migration has run.' : `reverted ${name}`);
}

async function status(dataSource: DataSource): Promise<void> {
  for (const { name, isApplied } of await migrationStatus(dataSource)) {
    printLine(`${isApplied ? 'applied' : 'pending'}  ${name}`);
  }
}
