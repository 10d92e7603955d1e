import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';

/** Starts the embedded server while the shop is loading, which takes a second or two. */
export function startServer(dataDir: string): Promise<EmbeddedPostgres> {
  const server = startEmbeddedPostgres({ dataDir, log: (message) => void warn(message) });
  // Nothing awaits it yet; a later await still gets its failure.
  server.catch(() => undefined);
  return server;
}

/** By the time a server dies, the shop and Nest are loaded. */
async function warn(message: string): Promise<void> {
  const { Logger } = await import('@nestjs/common');
  new Logger('EmbeddedPostgres').warn(message);
}
