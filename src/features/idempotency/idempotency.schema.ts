import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';
import { personalPlaceDown, personalPlaceUp } from '../../core/schema/personal-place.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';

/**
 * A stored response is erased with the person it is about; its key stays, so that a retry does not
 * run the request again.
 */
const keptAnswers = {
  name: 'kept_answers',
  forget: `UPDATE dual_id.idempotency_keys
    SET answer = NULL, version = NULL, request_hash = '', erased = true
    WHERE persons @> ARRAY[NEW.uuid] AND persons <> '{}' AND answer IS NOT NULL`,
};

/** Creates the table of stored responses. Called once, by a migration. */
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
       persons uuid[] NOT NULL DEFAULT '{}',
       erased boolean NOT NULL DEFAULT false,
       CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key))`,
    'CREATE INDEX idempotency_keys_created_at_ix ON dual_id.idempotency_keys (created_at)',
    `CREATE INDEX idempotency_keys_persons_ix ON dual_id.idempotency_keys
       USING gin (persons) WITH (fastupdate = off) WHERE persons <> '{}'`,
    ...personalPlaceUp(keptAnswers),
  ]);
  await grantToAll(options, (role) => grantIdempotency(runner, role));
}

/** Grants an application role what it needs to store responses: to write that table. */
export async function grantIdempotency(runner: SchemaRunner, role: string): Promise<void> {
  await runner.query(useSchema(role));
  await runner.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON dual_id.idempotency_keys TO ${quoteIdentifier(role)}`,
  );
}

/** Removes what `installIdempotency` created. */
export async function uninstallIdempotency(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [...personalPlaceDown(keptAnswers), 'DROP TABLE dual_id.idempotency_keys']);
}
