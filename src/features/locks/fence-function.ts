import { definer, makeDefiner } from '../../core/schema/definer.js';

/** The setting that carries the lease of the running transaction to the trigger: `token:key`. */
export const leaseSetting = 'dual_id.lease';

/**
 * `dual_id.fence_write()` refuses a write whose token is older than the row's, or whose lease has
 * expired. The lease's row stays locked until the write is committed, so that the lease cannot be
 * taken between the check and the commit. Handwritten SQL may pass a token in the column itself.
 */
export const fenceFunction = makeDefiner(
  `CREATE FUNCTION dual_id.fence_write() RETURNS trigger
  LANGUAGE plpgsql ${definer} AS $fn$
  DECLARE
    lease text := nullif(current_setting('${leaseSetting}', true), '');
    held_token bigint := split_part(lease, ':', 1);
    held_key text := substr(lease, strpos(lease, ':') + 1);
    old_token bigint;
    new_token bigint;
  BEGIN
    IF TG_OP <> 'INSERT' THEN
      old_token := OLD.lease_token;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      new_token := NEW.lease_token;
    END IF;
    IF TG_OP <> 'DELETE' AND new_token IS DISTINCT FROM old_token
       AND new_token IS DISTINCT FROM held_token THEN
      held_token := new_token;
      held_key := NULL;
    END IF;
    IF held_token IS NOT NULL THEN
      PERFORM FROM dual_id.leases l
        WHERE l.token = held_token AND l.key = coalesce(held_key, l.key)
          AND l.expires_at > clock_timestamp() AND (l.expires_at <= l.granted_at) IS NOT TRUE
        FOR KEY SHARE;
      IF NOT FOUND OR held_token < old_token THEN
        RAISE EXCEPTION 'the lease with the token % is over', held_token
          USING ERRCODE = 'DI409', HINT = 'Take the lease again and repeat the work.';
      END IF;
    ELSIF TG_OP <> 'INSERT' AND TG_ARGV[0] = 'refuse' THEN
      RAISE EXCEPTION 'a fenced row is changed under a lease only'
        USING ERRCODE = 'DI500',
              HINT = 'Set dual_id.lease to the token of a lease, or lease_token in the statement.';
    END IF;
    IF TG_OP = 'DELETE' THEN
      RETURN OLD;
    END IF;
    NEW.lease_token := coalesce(held_token, old_token);
    RETURN NEW;
  END $fn$`,
  'dual_id.fence_write()',
);
