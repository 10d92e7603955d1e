import { personalPlaceDown, personalPlaceUp } from '../../core/schema/personal-place.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';

/**
 * A kept answer is forgotten with the person it tells of; its key stays, so that a retry runs
 * nothing again.
 */
const place = {
  name: 'kept_answers',
  forget: `UPDATE dual_id.idempotency_keys
    SET answer = NULL, version = NULL, request_hash = '', erased = true
    WHERE persons @> ARRAY[NEW.uuid] AND persons <> '{}' AND answer IS NOT NULL`,
};

/** Creates the table of answers that are kept for retries. A migration calls it once. */
export async function installIdempotency(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    `CREATE TABLE dual_id.idempotency_keys (
       scope text NOT NULL,
       key text NOT NULL,
       request_hash text NOT NULL,
       status smallint NOT NULL,
       version integer,
       answer jsonb,
       persons uuid[] NOT NULL DEFAULT '{}',
       erased boolean NOT NULL DEFAULT false,
       created_at timestamptz NOT NULL DEFAULT now(),
       CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key))`,
    'CREATE INDEX idempotency_keys_created_at_ix ON dual_id.idempotency_keys (created_at)',
    `CREATE INDEX idempotency_keys_persons_ix ON dual_id.idempotency_keys
       USING gin (persons) WITH (fastupdate = off) WHERE persons <> '{}'`,
    ...personalPlaceUp(place),
  ]);
}

/** Removes what `installIdempotency` made. */
export async function uninstallIdempotency(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [...personalPlaceDown(place), 'DROP TABLE dual_id.idempotency_keys']);
}
