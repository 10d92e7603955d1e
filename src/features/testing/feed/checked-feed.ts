/** A number that was appended to the list of a record. */
export interface Appended {
  readonly record: string;
  readonly value: number;
}

/** The list of each record, oldest number first. */
export type Lists = ReadonlyMap<string, readonly number[]>;

/** A feed to check. Each of its changes is one number that was appended to a list. */
export interface CheckedFeed {
  /** Reads all lists, and the offset that belongs to what was read. */
  snapshot(): Promise<{ readonly offset: string; readonly lists: Lists }>;
  /** Hands out what was appended after an offset, until the signal is aborted. */
  follow(
    offset: string,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<{ readonly offset: string; readonly changes: readonly Appended[] }>;
}

/** The lists that the feed is about. */
export interface ListStore {
  /** The names of the records, which are there before the check begins. */
  readonly records: readonly string[];
  begin(): Promise<ListTransaction>;
  read(): Promise<Lists>;
}

/** A transaction in which numbers are appended. */
export interface ListTransaction {
  append(record: string, value: number): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
