import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { quoteIdentifier } from '../../core/schema/names.js';
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
export async function installIdempotency(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [
    `CREATE TABLE dual_id.idempotency_keys (
       scope text NOT NULL,
       key text NOT NULL,
       request_hash text NOT NULL,
       status smallint NOT NULL,
       version integer,
       answer text,
       created_at timestamptz NOT NULL DEFAULT now(),
       CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key))`,
    'CREATE INDEX idempotency_keys_created_at_ix ON dual_id.idempotency_keys (created_at)',
    ...peopleUp,
  ]);
  await grantToAll(options, (role) => grantIdempotency(runner, role));
}

/**
 * Brings the table up to date that an earlier release of the library installed; a migration calls
 * it after the update. Answers that are there are dropped, because nothing tells whom they are
 * about and they hold more than was sent, so that a retry of an earlier request runs once more.
 */
export async function upgradeIdempotency(runner: SchemaRunner): Promise<void> {
  await runAll(runner, ['TRUNCATE dual_id.idempotency_keys', ...peopleUp]);
}

const peopleUp = [
  `ALTER TABLE dual_id.idempotency_keys
     ALTER COLUMN answer TYPE text,
     ADD COLUMN IF NOT EXISTS persons uuid[] NOT NULL DEFAULT '{}',
     ADD COLUMN IF NOT EXISTS erased boolean NOT NULL DEFAULT false`,
  `CREATE INDEX IF NOT EXISTS idempotency_keys_persons_ix ON dual_id.idempotency_keys
     USING gin (persons) WITH (fastupdate = off) WHERE persons <> '{}'`,
  ...personalPlaceUp(place),
];

/** Gives a role of the application what it needs to keep answers: to write that table. */
export async function grantIdempotency(runner: SchemaRunner, role: string): Promise<void> {
  await runner.query(useSchema(role));
  await runner.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON dual_id.idempotency_keys TO ${quoteIdentifier(role)}`,
  );
}

/** Removes what `installIdempotency` made. */
export async function uninstallIdempotency(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [...personalPlaceDown(place), 'DROP TABLE dual_id.idempotency_keys']);
}
