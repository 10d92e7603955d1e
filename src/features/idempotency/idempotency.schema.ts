import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { quoteIdentifier } from '../../core/schema/names.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';

/** Creates the table of answers that are kept for retries. A migration calls it once. */
export async function installIdempotency(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runner.query(`CREATE TABLE dual_id.idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status smallint NOT NULL,
    version integer,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key))`);
  await runner.query(
    'CREATE INDEX idempotency_keys_created_at_ix ON dual_id.idempotency_keys (created_at)',
  );
  await grantToAll(options, (role) => grantIdempotency(runner, role));
}

/** Gives a role of the application what it needs to keep answers: to write that table. */
export async function grantIdempotency(runner: SchemaRunner, role: string): Promise<void> {
  await runner.query(useSchema(role));
  await runner.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON dual_id.idempotency_keys TO ${quoteIdentifier(role)}`,
  );
}

/** Removes the table of `installIdempotency`. */
export async function uninstallIdempotency(runner: SchemaRunner): Promise<void> {
  await runner.query('DROP TABLE dual_id.idempotency_keys');
}
