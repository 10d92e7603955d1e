import { addDualId, Database, dualIdDataSource, installDualId } from 'nest-dual-id';
import { addHistory, ChangeFeed, installHistory } from 'nest-dual-id/history';
import { startTestServer } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';

/** A server with a table whose changes are logged without images, and its feed. */
export interface FeedDatabase {
  readonly url: string;
  readonly source: DataSource;
  readonly feed: ChangeFeed;
  stop(): Promise<void>;
}

/** Starts it; nothing in it has to survive a power failure. */
export async function feedDatabase(version: 15 | 18): Promise<FeedDatabase> {
  const server = await startTestServer({ version });
  const source = await new DataSource(
    dualIdDataSource({ url: server.url, entities: [] }),
  ).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE notes (text text NOT NULL)');
    await addDualId(runner, { table: 'notes' });
    await installHistory(runner);
    await addHistory(runner, { table: 'notes', keep: 'ids' });
  });
  return {
    url: server.url,
    source,
    feed: new ChangeFeed(new Database(source, {})),
    stop: async () => {
      await source.destroy();
      await server.stop();
    },
  };
}
