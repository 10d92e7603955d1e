import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { fromNowSql } from '../../core/sql/from-now.js';
import type { FencingToken } from './lease-token.js';

/** What identifies one holding of a lease. */
export interface LeaseName {
  readonly key: string;
  readonly token: FencingToken;
}

/**
 * The table of leases. Only the database's clock decides whether a lease has expired. A row also
 * stores when it was granted: if that is in the future, the clock was set back, and the lease has
 * at most its full duration left.
 */
@Injectable()
export class LeaseRows {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Takes a lease for a number of milliseconds; undefined while it is held. It never waits. */
  async take(key: string, ttl: number): Promise<FencingToken | undefined> {
    const [row] = await this.database.rows(takeLease, [key, ttl]);
    return row?.[0] as FencingToken | undefined;
  }

  /** Extends a lease to a number of milliseconds from now; returns false if it has expired. */
  async renew({ key, token }: LeaseName, ttl: number): Promise<boolean> {
    return (await this.database.execute(renewLease, [key, token, ttl])) > 0;
  }

  /** Ends a lease; returns false if it had expired. */
  async release({ key, token }: LeaseName): Promise<boolean> {
    return (await this.database.execute(releaseLease, [key, token])) > 0;
  }
}

/** A released lease has expired by any clock, because it ended when it was granted. */
const releasedSql = 'expires_at <= granted_at';
const heldSql = `expires_at > clock_timestamp() AND (${releasedSql}) IS NOT TRUE`;

/**
 * A lease granted in the future gets its full duration from now, which can only be less. An expired
 * one is free once the writes under it have ended; SKIP LOCKED leaves it alone until then. Every
 * new key deletes two that were unused for a month. A token that was handed out must survive a
 * crash, so its commit is flushed to disk even if others are not.
 */
const takeLease = statement(`
  WITH shortened AS (
    UPDATE dual_id.leases
    SET expires_at = clock_timestamp() + (expires_at - granted_at), granted_at = clock_timestamp()
    WHERE key IN (SELECT key FROM dual_id.leases
      WHERE key = $1 AND granted_at > clock_timestamp() AND ${heldSql}
      FOR NO KEY UPDATE SKIP LOCKED)
  ), free AS (
    SELECT key, token FROM dual_id.leases
    WHERE key = $1 AND (${heldSql}) IS NOT TRUE
    FOR UPDATE SKIP LOCKED
  ), retaken AS (
    UPDATE dual_id.leases l
    SET token = greatest(nextval('dual_id.lease_tokens'), free.token + 1),
        granted_at = clock_timestamp(), expires_at = ${fromNowSql('$2')}
    FROM free WHERE l.key = free.key
    RETURNING l.token
  ), made AS (
    INSERT INTO dual_id.leases (key, token, granted_at, expires_at)
    SELECT $1, nextval('dual_id.lease_tokens'), clock_timestamp(), ${fromNowSql('$2')}
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

const renewLease = statement(
  `
  UPDATE dual_id.leases SET granted_at = clock_timestamp(), expires_at = ${fromNowSql('$3')}
  WHERE key = $1 AND token = $2 AND ${heldSql}`,
  'background',
);

const releaseLease = statement(
  `
  UPDATE dual_id.leases SET (granted_at, expires_at) = (SELECT now, now FROM clock_timestamp() now)
  WHERE key = $1 AND token = $2 AND ${heldSql}`,
  'background',
);
