import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import { Database } from '../../../core/database/database.js';
import { problem } from '../../../core/errors/problem.js';
import { Epochs } from './epochs.js';
import type { FeedBatch, FeedSnapshot } from './feed-batch.js';
import type { BatchHandler } from './feed-consumer.js';
import { FeedConsumer } from './feed-consumer.js';
import { FeedReader } from './feed-reader.js';
import { readHorizonAge, readSetBack, readSnapshot } from './feed-statements.js';
import type { ConsumeOptions, FollowOptions } from './follow.options.js';
import { requireConsumer, requirePauses } from './follow.options.js';
import { LoggedTables } from './logged-tables.js';
import type { Position } from './position.js';
import { offsetOf, positionOf } from './position.js';
import { ReadAhead } from './read-ahead.js';
import type { SnapshotRow } from './snapshot-position.js';
import { snapshotPosition } from './snapshot-position.js';

/** Milliseconds after which a moved offset is handed out although nothing changed. */
const offsetInterval = 10_000;

/**
 * The changes of the log as a feed that loses and repeats nothing. It promises completeness, and of
 * each record the newest change last; it does not promise the order of commits.
 */
@Injectable()
export class ChangeFeed {
  readonly #epochs: Epochs;
  readonly #tables: LoggedTables;

  constructor(@Inject(Database) private readonly database: Database) {
    this.#epochs = new Epochs(database);
    this.#tables = new LoggedTables(database);
  }

  /**
   * Runs work that reads rows, in a REPEATABLE READ transaction, and returns the offset of just
   * that state: following it hands out every change that the work did not see, and no other.
   */
  async snapshot(): Promise<FeedSnapshot<undefined>>;
  async snapshot<T>(work: () => Promise<T>): Promise<FeedSnapshot<T>>;
  async snapshot<T>(work?: () => Promise<T>): Promise<FeedSnapshot<T | undefined>> {
    this.#requireOutside('snapshot');
    return this.database.transaction(
      async () => {
        const [row] = await this.database.rows(readSnapshot);
        const position = snapshotPosition(row as unknown as SnapshotRow);
        return { offset: offsetOf(position), result: await work?.() };
      },
      { isolation: 'REPEATABLE READ' },
    );
  }

  /**
   * Hands out the changes after an offset in batches, and waits for more until the signal is
   * aborted, which ends it without an error. While it catches up, the next batch is read meanwhile.
   */
  async *follow(offset: string, options: FollowOptions = {}): AsyncGenerator<FeedBatch, void> {
    const { signal, minPause = 5, maxPause = 100 } = options;
    requirePauses(minPause, maxPause);
    const reader = await this.#open(offset, options);
    let pause = minPause;
    let handedOutAt = performance.now();
    try {
      while (!options.signal?.aborted) {
        this.#requireOutside('follow');
        const { changes, position, isLast } = await reader.next();
        if (signal?.aborted) return;
        const isDue = performance.now() - handedOutAt >= offsetInterval;
        if (changes.length > 0 || isDue) {
          yield { changes, offset: offsetOf(position) };
          handedOutAt = performance.now();
        }
        pause = changes.length > 0 ? minPause : Math.min(pause * 2, maxPause);
        if (isLast) await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await reader.end();
    }
  }

  /** Hands out what there is after an offset, and ends. The last batch may be empty. */
  async *read(
    offset: string,
    options: Pick<FollowOptions, 'tables' | 'size' | 'signal'> = {},
  ): AsyncGenerator<FeedBatch, void> {
    const reader = await this.#open(offset, options);
    try {
      while (!options.signal?.aborted) {
        this.#requireOutside('read');
        const { changes, position, isLast } = await reader.next();
        if (changes.length > 0 || isLast) yield { changes, offset: offsetOf(position) };
        if (isLast) return;
      }
    } finally {
      await reader.end();
    }
  }

  /**
   * Hands out changes to a named consumer, from its stored offset, until the signal is aborted or
   * the handler fails. Instances that consume under one name take turns: one works, and if it
   * vanishes another takes over. The handler runs in a transaction in which the offset is stored,
   * so that what it writes through `Database` is done once; anything else may be done again.
   */
  async consume(name: string, handler: BatchHandler, options: ConsumeOptions = {}): Promise<void> {
    this.#requireOutside('consume');
    requireConsumer(name, options);
    await new FeedConsumer(this.database, this, { name, handler, options }).run();
  }

  /**
   * Seconds for which the oldest open transaction has been holding the feed back, 0 if none does.
   * Only transactions that wrote count, those of other databases of the server and prepared ones
   * too. Of one whose start the role may not see, it is the age of the oldest change that waits.
   */
  async horizonAge(): Promise<number> {
    const [row] = await this.database.rows(readHorizonAge);
    return Math.max(0, row![0] as number);
  }

  async #open(
    offset: string,
    { tables, size = 5_000 }: Pick<FollowOptions, 'tables' | 'size'>,
  ): Promise<ReadAhead> {
    requireUnrestricted('ChangeFeed');
    this.#requireOutside('follow');
    if (!Number.isInteger(size) || size < 1) {
      throw problem('misuse', { detail: `The size of a batch is ${size}, not a number above 0.` });
    }
    const position = positionOf(offset);
    await this.#requireNotSetBack(position);
    const ids = tables && (await this.#tables.idsOf(tables));
    const sources = { database: this.database, epochs: this.#epochs, tables: this.#tables };
    return new ReadAhead(new FeedReader(sources, { tables: ids, size }, position));
  }

  async #requireNotSetBack({ anchor }: Position): Promise<void> {
    if (anchor === null) return;
    const [row] = await this.database.rows(readSetBack, anchor);
    if (row![0] === true) throw problem('offset_ahead');
  }

  /** In a transaction, the feed would see what the transaction sees, and not what came after. */
  #requireOutside(method: string): void {
    if (!this.database.inTransaction) return;
    throw problem('misuse', {
      detail: `ChangeFeed.${method} was called inside a transaction. Call it before the transaction begins.`,
    });
  }
}
