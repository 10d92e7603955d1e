import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { fromNowSql } from '../../../core/sql/from-now.js';

/** One holding of a consumer's lease: its token is higher than that of every holding before it. */
export interface Holding {
  readonly name: string;
  readonly token: string;
}

/** The table of consumers. Only the database's clock decides whether a lease has expired. */
export class ConsumerRows {
  constructor(private readonly database: Database) {}

  /** Takes the lease for a number of milliseconds; undefined while another holds it. */
  async take(name: string, lease: number) {
    const [row] = await this.database.rows(takeConsumer, [name, lease]);
    if (!row) return undefined;
    const [token, offset] = row as unknown as readonly [string, string | null];
    return { holding: { name, token }, offset: offset ?? undefined };
  }

  /** Extends the lease; returns false if it has expired. */
  async renew({ name, token }: Holding, lease: number): Promise<boolean> {
    return (await this.database.execute(renewConsumer, [name, token, lease])) > 0;
  }

  /** Stores how far the consumer has got; returns false if another has taken the lease. */
  async store({ name, token }: Holding, offset: string): Promise<boolean> {
    return (await this.database.execute(storeOffset, [name, token, offset])) > 0;
  }

  /** Ends the lease, so that another need not wait for its expiry. */
  async release({ name, token }: Holding): Promise<void> {
    await this.database.execute(releaseConsumer, [name, token]);
  }
}

const takeConsumer = statement(
  `INSERT INTO dual_id.feed_consumers AS c (name, leased_until) VALUES ($1, ${fromNowSql('$2')})
   ON CONFLICT (name) DO UPDATE SET token = c.token + 1, leased_until = excluded.leased_until
     WHERE c.leased_until <= clock_timestamp()
   RETURNING token::text, position`,
);

const renewConsumer = statement(
  `UPDATE dual_id.feed_consumers SET leased_until = ${fromNowSql('$3')}
   WHERE name = $1 AND token = $2 AND leased_until > clock_timestamp()`,
  'background',
);

const storeOffset = statement(
  `UPDATE dual_id.feed_consumers SET position = $3, moved_at = clock_timestamp()
   WHERE name = $1 AND token = $2`,
);

const releaseConsumer = statement(
  `UPDATE dual_id.feed_consumers SET leased_until = '-infinity' WHERE name = $1 AND token = $2`,
);
