/**
 * Runs work against DATABASE_URL or, without it, the embedded server of the data folder: the one
 * that runs beside the application, or one started for as long as the work takes.
 */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const url = process.env['DATABASE_URL'];
  if (url) return work(url);
  const dataDir = process.env['DUAL_ID_DATA_DIR'] || '.data';
  const { findRunning, startEmbeddedPostgres } =
    await import('../features/embedded-postgres/index.js');
  const running = findRunning(dataDir, 18) ?? findRunning(dataDir, 15);
  if (running) return work(running.url);
  const server = await startEmbeddedPostgres({ dataDir });
  // Another process may have started it in the meantime; then it is not ours to stop.
  if (server.adopted) return work(server.url);
  return untilDone(
    () => work(server.url),
    () => server.stop(),
  );
}

/** Stops the server after the work, and also when the work is interrupted. */
async function untilDone<T>(work: () => Promise<T>, stop: () => Promise<void>): Promise<T> {
  const interrupt = () => void stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await stop();
  }
}
