import { Database, dualIdDataSource } from 'nest-dual-id';
import { ChangeFeed } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';

/** An instance of the application in this process, with connections of its own. */
export interface FeedInstance {
  readonly source: DataSource;
  readonly database: Database;
  readonly feed: ChangeFeed;
}

/** Opens an instance; its tables need no entities. */
export async function feedInstance(url: string, entities: Function[] = []): Promise<FeedInstance> {
  const source = await new DataSource(
    dualIdDataSource({ url, poolSize: 6, entities }),
  ).initialize();
  const database = new Database(source, {});
  return { source, database, feed: new ChangeFeed(database) };
}
