import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Random } from '../../../src/shop/generate/random.js';
import { itemCount } from './followed-items.js';

/** What writers did. */
export interface Written {
  committed: number;
  undone: number;
  /** Transactions with a part that was rolled back to a savepoint. */
  partly: number;
  long: number;
  /** Transactions that an error ended; whether they committed is not known. */
  failed: number;
}

/** Many clients that change items in transactions of random lengths, until they are stopped. */
export class LateWriters {
  readonly written: Written = { committed: 0, undone: 0, partly: 0, long: 0, failed: 0 };
  /** Transactions that changed something, and whose COMMIT the server has acknowledged. */
  readonly acknowledged: string[] = [];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    private readonly url: string,
    { count, seed }: { readonly count: number; readonly seed: string },
  ) {
    const clients = Array.from({ length: count }, (_, place) => new Random(`${seed} ${place}`));
    this.#running = Promise.all(clients.map((random) => this.#live(random))).then(() => undefined);
  }

  /** Lets every transaction end, and fails if a writer met what it should not. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Connects again whenever its session is lost. */
  async #live(random: Random): Promise<void> {
    while (!this.#isStopped) {
      const client = new pg.Client({ connectionString: this.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        while (!this.#isStopped) await this.#write(client, random);
      } catch (error) {
        if (!isLoss(error)) throw error;
        this.written.failed += 1;
        await sleep(50 + random.below(100));
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  /** One transaction. It changes items in the order of their ids, so that nobody waits in a circle. */
  async #write(client: pg.Client, random: Random): Promise<void> {
    const isLong = random.below(100) < 2;
    const ids = Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(itemCount));
    const chosen = [...new Set(ids)].toSorted((one, other) => one - other);
    const undoneFrom = random.below(5) === 0 ? random.below(chosen.length) : chosen.length;
    let changed = 0;
    await client.query('BEGIN');
    for (const [place, id] of chosen.entries()) {
      if (place === undoneFrom) await client.query('SAVEPOINT part');
      const { rowCount } = await client.query(changeOf(random), [id]);
      if (place < undoneFrom) changed += rowCount ?? 0;
      await sleep(isLong ? 200 + random.below(500) : random.below(60));
    }
    if (undoneFrom < chosen.length) await client.query('ROLLBACK TO part');
    await this.#end(client, { changed, isUndone: random.below(7) === 0 });
    this.written.partly += undoneFrom < chosen.length ? 1 : 0;
    this.written.long += isLong ? 1 : 0;
  }

  async #end(
    client: pg.Client,
    { changed, isUndone }: { readonly changed: number; readonly isUndone: boolean },
  ): Promise<void> {
    if (isUndone) {
      await client.query('ROLLBACK');
      this.written.undone += 1;
      return;
    }
    const { rows } = await client.query<{ id: string }>(
      'SELECT pg_current_xact_id_if_assigned()::text AS id',
    );
    await client.query('COMMIT');
    this.written.committed += 1;
    if (changed > 0) this.acknowledged.push(rows[0]!.id);
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}

/** Most changes are updates; a deleted item may come back under its id. */
function changeOf(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return 'DELETE FROM items WHERE id = $1';
  if (kind < 3)
    return `INSERT INTO items (id, amount) VALUES ($1, 1)
      ON CONFLICT (id) DO UPDATE SET amount = items.amount + 1`;
  return 'UPDATE items SET amount = amount + 1 WHERE id = $1';
}

/** A lost session, a server that is down or starting, or a pool of connections that is full. */
function isLoss(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(57P0\d|08|53300|ECONN|EPIPE)/.test(code) ||
    /Connection terminated|connection is closed|not queryable/i.test(message)
  );
}
