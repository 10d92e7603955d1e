import { DataSource } from 'typeorm';
import { forJob } from '../core/data-source/limits.js';
import { Database } from '../core/database/database.js';
import type { LegacyIdUse } from '../features/legacy-ids/uses/use-statements.js';
import { readUses } from '../features/legacy-ids/uses/use-statements.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printLine, printTable } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id legacy-ids`. */
export async function legacyIds({ words, texts, flags }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`legacy-ids takes no argument, but got ${words[0]}.`);
  const application = await loadApplication(texts['config']);
  await withDatabase(async (url) => {
    const source = { ...application.dataSource(url), migrations: [], logger: new QuietLogger() };
    const dataSource = await new DataSource(forJob(source)).initialize();
    try {
      printUses(await readUses(new Database(dataSource, {})), flags.has('json'));
    } finally {
      await dataSource.destroy();
    }
  });
}

function printUses(uses: readonly LegacyIdUse[], isJson: boolean): void {
  if (isJson) return uses.forEach((use) => printLine(JSON.stringify(use)));
  if (uses.length === 0) return printLine('Nobody has sent an old numeric id.');
  const lines = uses.map(({ route, kind, callerUuid, count, firstSeenAt, lastSeenAt }) => [
    route,
    callerUuid === null ? kind : `${kind} ${callerUuid}`,
    String(count),
    firstSeenAt.toISOString(),
    lastSeenAt.toISOString(),
  ]);
  printTable([['route', 'caller', 'requests', 'first', 'last'], ...lines], 'left');
}
