import type { Library } from '../library/library.js';
import { statementsOf } from '../library/library.js';

/** What a piece of work sent, and how it ended. */
export interface SentBy {
  readonly outcome: unknown;
  readonly texts: readonly string[];
}

/** Runs work, and says which statements it sent and how it ended. */
export async function sentBy(market: Library, work: () => Promise<unknown>): Promise<SentBy> {
  let outcome: unknown;
  const texts = await statementsOf(market, async () => {
    outcome = await work();
  });
  return { outcome, texts };
}

type Send = (this: unknown, ...args: unknown[]) => unknown;

/** Runs work, and something else once, just before the first statement that matches is sent. */
export async function interrupted<T>(
  { dataSource }: Pick<Library, 'dataSource'>,
  [before, meanwhile]: readonly [before: RegExp, meanwhile: () => Promise<unknown>],
  work: () => Promise<T>,
): Promise<T> {
  const { Client } = (dataSource.driver as unknown as { master: PoolOfClients }).master;
  const { query } = Client.prototype;
  let isDone = false;
  Client.prototype.query = function (...args) {
    const [first] = args;
    const text = typeof first === 'string' ? first : (first as { text: string }).text;
    if (isDone || !before.test(text)) return query.apply(this, args);
    isDone = true;
    return meanwhile().then(() => query.apply(this, args));
  };
  try {
    const result = await work();
    if (!isDone) throw new Error('No statement matched.');
    return result;
  } finally {
    Client.prototype.query = query;
  }
}

interface PoolOfClients {
  readonly Client: { readonly prototype: { query: Send } };
}
