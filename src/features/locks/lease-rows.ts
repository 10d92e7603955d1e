import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { DualIdError } from '../../core/errors/dual-id-error.js';
import { problem } from '../../core/errors/problem.js';
import type { FencingToken } from './lease-token.js';

/** What names one holding of a lease. */
export interface LeaseName {
  readonly key: string;
  readonly token: FencingToken;
}

/**
 * The table of leases. Only the database's clock says whether one is over, and a row keeps when it
 * was granted as well: where that is still to come, the clock was set back, and the lease has no
 * more than its whole time left.
 */
@Injectable()
export class LeaseRows {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Takes a lease for so many milliseconds; undefined while it is held. It never waits. */
  async take(key: string, ttl: number): Promise<FencingToken | undefined> {
    const [row] = await this.database.rows(take, [key, ttl]).catch(asOutdated);
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

function asOutdated(error: unknown): never {
  const cause = error instanceof DualIdError ? error.details.cause : undefined;
  if ((cause as { code?: unknown } | undefined)?.code !== '42703') throw error;
  const detail = 'The table of leases is that of an earlier version. Migrate with upgradeLocks.';
  throw problem('setup_refused', { detail, cause });
}

const expiry = (milliseconds: string) =>
  `clock_timestamp() + ${milliseconds}::double precision * interval '1 millisecond'`;

/** A released lease is over by any clock, for it ended when it was granted. */
const isReleased = 'expires_at <= granted_at';
const isHeld = `expires_at > clock_timestamp() AND (${isReleased}) IS NOT TRUE`;

/**
 * A lease from times that are still to come gets its whole time from now, which can only be less.
 * One that is over is free once the writes under it have ended; SKIP LOCKED leaves it alone
 * until then. Every new key sweeps two that nobody used for a month. A token that was given must
 * outlive a crash, so its commit is on disk even where others are not.
 */
const take = statement(`
  WITH shortened AS (
    UPDATE dual_id.leases
    SET expires_at = clock_timestamp() + (expires_at - granted_at), granted_at = clock_timestamp()
    WHERE key IN (SELECT key FROM dual_id.leases
      WHERE key = $1 AND granted_at > clock_timestamp() AND ${isHeld}
      FOR NO KEY UPDATE SKIP LOCKED)
  ), free AS (
    SELECT key, token FROM dual_id.leases
    WHERE key = $1 AND (${isHeld}) IS NOT TRUE
    FOR UPDATE SKIP LOCKED
  ), retaken AS (
    UPDATE dual_id.leases l
    SET token = greatest(nextval('dual_id.lease_tokens'), free.token + 1),
        granted_at = clock_timestamp(), expires_at = ${expiry('$2')}
    FROM free WHERE l.key = free.key
    RETURNING l.token
  ), made AS (
    INSERT INTO dual_id.leases (key, token, granted_at, expires_at)
    SELECT $1, nextval('dual_id.lease_tokens'), clock_timestamp(), ${expiry('$2')}
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

const renew = statement(
  `
  UPDATE dual_id.leases SET granted_at = clock_timestamp(), expires_at = ${expiry('$3')}
  WHERE key = $1 AND token = $2 AND ${isHeld}`,
  'background',
);

const release = statement(
  `
  UPDATE dual_id.leases SET (granted_at, expires_at) = (SELECT now, now FROM clock_timestamp() now)
  WHERE key = $1 AND token = $2 AND ${isHeld}`,
  'background',
);
