import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';

/** Starts the embedded server while the shop is loaded, which takes a second or two. */
export function startServer(dataDir: string): Promise<EmbeddedPostgres> {
  const server = startEmbeddedPostgres({ dataDir, log: (message) => void warn(message) });
  // Nobody waits for it yet; whoever does hears of its failure all the same.
  server.catch(() => undefined);
  return server;
}

/** The shop is loaded by the time a server dies, and Nest with it. */
async function warn(message: string): Promise<void> {
  const { Logger } = await import('@nestjs/common');
  new Logger('EmbeddedPostgres').warn(message);
}
