import { createApp } from './parcels.js';

/** Serves on a free port and says where. */
async function serve(): Promise<void> {
  const app = await createApp(process.env['DATABASE_URL'] ?? '');
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`listening on ${await app.getUrl()}\n`);
}

void serve();
