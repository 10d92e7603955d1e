import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { refuseConverting } from '../../core/schema/converting.js';
import { constraintName } from '../../core/sql/constraint-name.js';
import { quoteIdentifier, quoteTable } from '../../core/sql/quoting.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { fenceFunction } from './fence-function.js';

/** A table whose changes are guarded by leases, for a migration. */
export interface FencedTable {
  readonly table: string;
  readonly schema?: string;
  /**
   * What happens to a change or delete without a token: refused by default. `allow` accepts it, for
   * a table that other code changes as well; such a change is not guarded.
   */
  readonly withoutToken?: 'refuse' | 'allow';
}

/**
 * Creates the table of leases, the sequence of their tokens and the function behind fences. Called
 * once by a migration, before the first `addFencing`.
 */
export async function installLocks(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [
    'CREATE SEQUENCE dual_id.lease_tokens AS bigint',
    // The token is part of a key, so that taking a lease waits for guarded writes, but renewing it
    // does not.
    `CREATE TABLE dual_id.leases (
       key text NOT NULL,
       token bigint NOT NULL,
       expires_at timestamptz NOT NULL,
       granted_at timestamptz,
       CONSTRAINT leases_pk PRIMARY KEY (key),
       CONSTRAINT leases_token_key_uq UNIQUE (token, key),
       CONSTRAINT leases_key_ck CHECK (length(key) BETWEEN 1 AND 255))`,
    'CREATE INDEX leases_expires_at_ix ON dual_id.leases (expires_at)',
    fenceFunction,
  ]);
  await grantToAll(options, (role) => grantLocks(runner, role));
}

/**
 * Grants an application role what it needs to take, renew and release leases. Writing a fenced
 * table does not require it.
 */
export async function grantLocks(runner: SchemaRunner, role: string): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  await runAll(runner, [
    useSchema(role),
    `GRANT SELECT, INSERT, UPDATE, DELETE ON dual_id.leases ${to}`,
    `GRANT USAGE ON SEQUENCE dual_id.lease_tokens ${to}`,
  ]);
}

/** Removes what `installLocks` created. Fences must be removed first. */
export async function uninstallLocks(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    'DROP FUNCTION dual_id.fence_write()',
    'DROP TABLE dual_id.leases',
    'DROP SEQUENCE dual_id.lease_tokens',
  ]);
}

/**
 * Fences a table: each row keeps the token of the lease it was last written under in the column
 * `lease_token`, and a write with the token of a lease that is over is refused, by any client.
 * Map the column with `@LeaseToken()`.
 *
 * @example
 * await addFencing(runner, { table: 'statements' });
 */
export async function addFencing(runner: SchemaRunner, spec: FencedTable): Promise<void> {
  const { table, trigger } = quotedNames(spec);
  await refuseConverting(runner, spec);
  await runAll(runner, [
    `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS lease_token bigint`,
    `CREATE OR REPLACE TRIGGER ${trigger} BEFORE INSERT OR UPDATE OR DELETE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.fence_write('${spec.withoutToken ?? 'refuse'}')`,
  ]);
}

/** Removes the fence of a table, with the tokens of its rows. */
export async function removeFencing(runner: SchemaRunner, spec: FencedTable): Promise<void> {
  const { table, trigger } = quotedNames(spec);
  await runAll(runner, [
    `DROP TRIGGER ${trigger} ON ${table}`,
    `ALTER TABLE ${table} DROP COLUMN lease_token`,
  ]);
}

function quotedNames({ table, schema }: FencedTable): { table: string; trigger: string } {
  return {
    table: quoteTable(table, schema),
    trigger: quoteIdentifier(constraintName(table, 'fence')),
  };
}
