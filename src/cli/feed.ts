import { once } from 'node:events';
import { Database } from '../core/database/database.js';
import type { Change } from '../features/history/feed/change.js';
import { ChangeFeed } from '../features/history/feed/change-feed.js';
import type { FeedBatch } from '../features/history/feed/feed-batch.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { openForJob } from './job-data-source.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id feed`. An interruption ends it after a whole line, as a success. */
export async function feed({ words, texts, lists, flags }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`feed takes no argument, but got ${words[0]}.`);
  const application = await loadApplication(texts['config']);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await withDatabase(async (url) => {
      const dataSource = await openForJob(application, url);
      try {
        const changes = new ChangeFeed(new Database(dataSource, {}));
        const tables = lists['table'];
        const { signal } = stopping;
        const offset = texts['after'] ?? (await printFirstOffset(changes));
        const options = { tables, signal };
        const isFollowed = flags.has('follow');
        await printBatches(
          isFollowed ? changes.follow(offset, options) : changes.read(offset, options),
        );
      } finally {
        await dataSource.destroy();
      }
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** The offset that one would go on from without having read anything is the first line. */
async function printFirstOffset(changes: ChangeFeed): Promise<string> {
  const { offset } = await changes.snapshot();
  process.stdout.write(`${JSON.stringify({ offset })}\n`);
  return offset;
}

/** After the lines of a batch comes one with the offset after them. */
async function printBatches(batches: AsyncIterable<FeedBatch>): Promise<void> {
  const { stdout } = process;
  // A reader that closes early, such as `head`, is not a failure.
  let isClosed = false;
  const close = () => (isClosed = true);
  stdout.on('error', close);
  try {
    for await (const { changes, offset } of batches) {
      const lines = [...changes.map(printableChange), { offset }].map((line) =>
        JSON.stringify(line),
      );
      if (!stdout.write(`${lines.join('\n')}\n`) && !isClosed) await once(stdout, 'drain');
      if (isClosed) return;
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
  } finally {
    stdout.off('error', close);
  }
}

function printableChange(change: Change): object {
  const { bulk } = change;
  return bulk === undefined ? change : { ...change, rows: bulk.rows };
}
