import { Injectable, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { addDualId, Database, installDualId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { addHistory, ChangeFeed, HistoryModule, installHistory } from 'nest-dual-id/history';
import type { FeedBatch } from 'nest-dual-id/history';

/** The migration: articles, whose changes are logged, and the index kept by the consumer. */
export async function migrateArticles(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE articles (title text NOT NULL)');
  await addDualId(runner, { table: 'articles' });
  await runner.query('CREATE TABLE article_words (uuid uuid PRIMARY KEY, words text[] NOT NULL)');
  await installHistory(runner);
  await addHistory(runner, { table: 'articles', keep: 'ids' });
}

/** Keeps the words of every article, in whichever instance has the lease. */
@Injectable()
export class SearchIndex implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.feed
      .consume('search-index', (batch) => this.#index(batch), {
        tables: ['articles'],
        signal: this.#stopping.signal,
        load: () => this.#indexAll(),
      })
      .catch((error: unknown) => new Logger('SearchIndex').error(error));
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #indexAll(): Promise<void> {
    await this.database.manager.query('DELETE FROM article_words');
    await this.database.manager.query(wordsOfArticles);
  }

  async #index({ changes }: FeedBatch): Promise<void> {
    if (changes.some(({ operation }) => operation === 'truncate' || operation === 'bulk')) {
      return this.#indexAll();
    }
    const uuids = changes.map(({ uuid }) => uuid);
    await this.database.manager.query('DELETE FROM article_words WHERE uuid = ANY ($1)', [uuids]);
    await this.database.manager.query(`${wordsOfArticles} WHERE uuid = ANY ($1)`, [uuids]);
  }
}

const wordsOfArticles = `INSERT INTO article_words
  SELECT uuid, string_to_array(lower(title), ' ') FROM articles`;

@Module({ imports: [HistoryModule.forRoot()], providers: [SearchIndex] })
export class SearchModule {}

/** Copies the articles to another place, and then each change of them. */
export async function mirror(
  feed: ChangeFeed,
  { database, send }: { database: Database; send: (message: object) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  const { offset, result } = await feed.snapshot(() =>
    database.manager.query('SELECT uuid, title FROM articles'),
  );
  for (const article of result as object[]) await send(article);
  for await (const batch of feed.follow(offset, { tables: ['articles'], signal })) {
    for (const change of batch.changes) await send(change);
  }
}
