import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { constraintName, quoteIdentifier, quoteTable } from '../../core/schema/names.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { fenceFunction } from './fence-function.js';

/** A table whose changes are guarded by leases, as a migration writes it down. */
export interface FencedTable {
  readonly table: string;
  readonly schema?: string;
  /**
   * What becomes of a change or a delete that carries no token: refused by default. `allow` lets it
   * pass, for a table that other code changes as well; it is not guarded then.
   */
  readonly withoutToken?: 'refuse' | 'allow';
}

/**
 * Creates the table of leases, the sequence of their tokens and the function behind fences. A
 * migration calls it once, before the first `addFencing`.
 */
export async function installLocks(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [
    'CREATE SEQUENCE dual_id.lease_tokens AS bigint',
    // The token is part of a key, so that taking a lease waits for guarded writes and renewing
    // it does not.
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
 * Gives a role of the application what it needs to take, renew and release leases. Writing a
 * fenced table needs nothing of it.
 */
export async function grantLocks(runner: SchemaRunner, role: string): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  await runAll(runner, [
    useSchema(role),
    `GRANT SELECT, INSERT, UPDATE, DELETE ON dual_id.leases ${to}`,
    `GRANT USAGE ON SEQUENCE dual_id.lease_tokens ${to}`,
  ]);
}

/**
 * Brings what an earlier `installLocks` made to this version, in a migration: a lease keeps when it
 * was granted. Code of both versions can use the leases meanwhile; it has to run before the newer.
 */
export async function upgradeLocks(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    'ALTER TABLE dual_id.leases ADD COLUMN IF NOT EXISTS granted_at timestamptz',
    fenceFunction,
  ]);
}

/** Removes what `installLocks` made. Fences must have been removed before. */
export async function uninstallLocks(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    'DROP FUNCTION dual_id.fence_write()',
    'DROP TABLE dual_id.leases',
    'DROP SEQUENCE dual_id.lease_tokens',
  ]);
}

/**
 * Fences a table: each row keeps the token of the lease it was last written under in the column
 * `lease_token`, and a write with the token of a lease that is over is refused, whoever sends it.
 * Map the column with `@LeaseToken()`.
 *
 * @example
 * await addFencing(runner, { table: 'statements' });
 */
export async function addFencing(runner: SchemaRunner, spec: FencedTable): Promise<void> {
  const { table, trigger } = quoted(spec);
  await runAll(runner, [
    `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS lease_token bigint`,
    `CREATE OR REPLACE TRIGGER ${trigger} BEFORE INSERT OR UPDATE OR DELETE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.fence_write('${spec.withoutToken ?? 'refuse'}')`,
  ]);
}

/** Takes the fence of a table away, with the tokens of its rows. */
export async function removeFencing(runner: SchemaRunner, spec: FencedTable): Promise<void> {
  const { table, trigger } = quoted(spec);
  await runAll(runner, [
    `DROP TRIGGER ${trigger} ON ${table}`,
    `ALTER TABLE ${table} DROP COLUMN lease_token`,
  ]);
}

function quoted({ table, schema }: FencedTable): { table: string; trigger: string } {
  return {
    table: quoteTable(table, schema),
    trigger: quoteIdentifier(constraintName(table, 'fence')),
  };
}
