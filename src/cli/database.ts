import { constants } from 'node:os';
import { databaseUrl } from './database-url.js';
import { printError } from './print.js';

/**
 * Runs work against OWNER_DATABASE_URL, or DATABASE_URL, or if neither is set the embedded server
 * of the data folder: the one running next to the application, which then stays up until the work
 * is done whatever happens to the application, or one started for the duration of the work. There,
 * the work runs as the owner of the database, who is not a superuser.
 */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const owner = databaseUrl(process.env['OWNER_DATABASE_URL'], 'OWNER_DATABASE_URL');
  const url = owner ?? databaseUrl(process.env['DATABASE_URL']);
  if (url) return work(url);
  const dataDir = process.env['DUAL_ID_DATA_DIR'] || '.data';
  const { findRunning, openPlainRoles, startEmbeddedPostgres } =
    await import('../features/embedded-postgres/index.js');
  const runsOnly15 = !findRunning(dataDir, 18) && findRunning(dataDir, 15) !== undefined;
  const version = runsOnly15 ? 15 : 18;
  const server = startEmbeddedPostgres({ dataDir, version, log: printError });
  const asOwner = async (superuserUrl: string) => work((await openPlainRoles(superuserUrl)).owner);
  return untilDone(
    async () => asOwner((await server).url),
    async () => (await server).stop(),
  );
}

/** Ends the use of the server after the work, and also if the start or the work is interrupted. */
async function untilDone<T>(work: () => Promise<T>, stop: () => Promise<void>): Promise<T> {
  const interrupt = (signal: NodeJS.Signals) =>
    void stop()
      .catch(() => undefined)
      .finally(() => process.exit(128 + constants.signals[signal]));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await stop();
  }
}
