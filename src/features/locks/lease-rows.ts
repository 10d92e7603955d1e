import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { FencingToken } from './lease-token.js';

/** What names one holding of a lease. */
export interface LeaseName {
  readonly key: string;
  readonly token: FencingToken;
}

/** The table of leases. Only the database's clock tells whether one is over. */
@Injectable()
export class LeaseRows {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Takes a lease for so many milliseconds; undefined while it is held. It never waits. */
  async take(key: string, ttl: number): Promise<FencingToken | undefined> {
    const [row] = await this.database.rows(take, [key, ttl]);
    return row?.[0] as FencingToken | undefined;
  }

  /** Holds a lease for so many milliseconds from now; false when it is over. */
  async renew({ key, token }: LeaseName, ttl: number): Promise<boolean> {
    return (await this.database.execute(renew, [key, token, ttl])) > 0;
  }

  /** Ends a lease; false when it was over. */
  async release({ key, token }: LeaseName): Promise<boolean> {
    return (await this.database.execute(release, [key, token])) > 0;
  }
}

const expiry = (milliseconds: string) =>
  `clock_timestamp() + ${milliseconds}::double precision * interval '1 millisecond'`;

/**
 * A lease that is over is free once the writes under it have ended; SKIP LOCKED leaves it alone
 * until then. Every new key sweeps two that nobody used for a month. A token that was given must
 * outlive a crash, so its commit is on disk even where others are not.
 */
const take = statement(`
  WITH free AS (
    SELECT key, token FROM dual_id.leases
    WHERE key = $1 AND expires_at <= clock_timestamp()
    FOR UPDATE SKIP LOCKED
  ), retaken AS (
    UPDATE dual_id.leases l
    SET token = greatest(nextval('dual_id.lease_tokens'), free.token + 1),
        expires_at = ${expiry('$2')}
    FROM free WHERE l.key = free.key
    RETURNING l.token
  ), made AS (
    INSERT INTO dual_id.leases (key, token, expires_at)
    SELECT $1, nextval('dual_id.lease_tokens'), ${expiry('$2')}
    WHERE NOT EXISTS (SELECT 1 FROM dual_id.leases WHERE key = $1)
    ON CONFLICT (key) DO NOTHING
    RETURNING token
  ), swept AS (
    DELETE FROM dual_id.leases WHERE EXISTS (SELECT 1 FROM made) AND key IN (
      SELECT key FROM dual_id.leases
      WHERE expires_at < now() - interval '30 days' AND key <> $1
      ORDER BY expires_at LIMIT 2 FOR UPDATE SKIP LOCKED)
  )
  SELECT token::text, CASE current_setting('synchronous_commit')
    WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END
  FROM (SELECT token FROM retaken UNION ALL SELECT token FROM made) AS taken`);

const renew = statement(`
  UPDATE dual_id.leases SET expires_at = ${expiry('$3')}
  WHERE key = $1 AND token = $2 AND expires_at > clock_timestamp()`);

const release = statement(`
  UPDATE dual_id.leases SET expires_at = clock_timestamp()
  WHERE key = $1 AND token = $2 AND expires_at > clock_timestamp()`);
