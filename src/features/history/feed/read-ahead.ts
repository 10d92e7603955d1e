import type { FeedReader, ReadBatch } from './feed-reader.js';

/** Reads the next batch while the consumer has one in hand, as long as there is more to read. */
export class ReadAhead {
  #reading: Promise<ReadBatch> | undefined;

  constructor(private readonly reader: FeedReader) {}

  async next(): Promise<ReadBatch> {
    const batch = await (this.#reading ?? this.reader.next());
    this.#reading = batch.isLast ? undefined : this.reader.next();
    // It is thrown when its batch is asked for.
    this.#reading?.catch(() => undefined);
    return batch;
  }

  /** Waits for what is being read, which nobody will ask for. */
  async end(): Promise<void> {
    await this.#reading?.catch(() => undefined);
  }
}
