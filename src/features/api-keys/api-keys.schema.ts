import {
  accessVersionDown,
  accessVersionUp,
  noteAccessChange,
} from '../../core/schema/access-version.js';
import { definer } from '../../core/schema/definer.js';
import { addDualId, dropDualIdTable } from '../../core/schema/dual-id-table.js';
import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { personalPlaceDown, personalPlaceUp } from '../../core/schema/personal-place.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';
import { apiKeyType } from './api-key.entity.js';

const apiKeys = {
  schema: 'dual_id',
  table: 'api_keys',
  type: { id: apiKeyType, name: 'api_key' },
};

/** The keys of a person who is erased are revoked, and lose their names. */
const keysOfPerson = {
  name: 'api_keys',
  forget: `UPDATE dual_id.api_keys SET name = '', revoked_at = coalesce(revoked_at, now())
    WHERE principal_uuid = NEW.uuid AND (name <> '' OR revoked_at IS NULL)`,
};

/** Under forced row-level security an erasure fails rather than leave a name. */
const seesEveryRow = `${definer} SET row_security = off`;

/**
 * Creates the table of API keys, enrolled in the registry, and the version by which instances see
 * that a key has changed. Called once by a migration, after `installDualId`.
 */
export async function installApiKeys(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [tableUp, peppersUp]);
  await addDualId(runner, apiKeys);
  await runAll(runner, [
    ...constraintsUp,
    ...accessVersionUp,
    ...triggersUp,
    ...personalPlaceUp(keysOfPerson, seesEveryRow),
  ]);
  await grantToAll(options, (role) => grantApiKeys(runner, role));
}

/**
 * Grants an application role what it needs to verify, create, rotate and revoke keys. It cannot
 * delete a key, or change what an existing one is allowed.
 */
export async function grantApiKeys(runner: SchemaRunner, role: string): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  await runAll(runner, [
    useSchema(role),
    `GRANT SELECT, INSERT,
       UPDATE (revoked_at, rotated_at, grace_until, replaced_by_id, last_used_at)
       ON dual_id.api_keys ${to}`,
    `GRANT SELECT, INSERT ON dual_id.api_key_peppers ${to}`,
    `GRANT SELECT ON dual_id.access_version ${to}`,
  ]);
}

/** Removes what `installApiKeys` created, with all keys. Their passports stay, as tombstones. */
export async function uninstallApiKeys(runner: SchemaRunner): Promise<void> {
  await runAll(runner, personalPlaceDown(keysOfPerson));
  await dropDualIdTable(runner, apiKeys);
  await runAll(runner, ['DROP TABLE dual_id.api_key_peppers', accessVersionDown]);
}

const tableUp = `CREATE TABLE dual_id.api_keys (
  name text NOT NULL,
  start text NOT NULL,
  hash bytea NOT NULL,
  pepper_version smallint,
  imported_from text,
  environment text NOT NULL,
  scopes text[] NOT NULL,
  principal_uuid uuid,
  principal_type smallint,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  rotated_at timestamptz,
  grace_until timestamptz,
  replaced_by_id bigint,
  last_used_at timestamptz,
  CONSTRAINT api_keys_hash_ck CHECK (octet_length(hash) = 32),
  CONSTRAINT api_keys_times_ck CHECK (expires_at > created_at AND isfinite(expires_at)
    AND isfinite(grace_until)),
  CONSTRAINT api_keys_origin_ck CHECK ((pepper_version IS NULL) = (imported_from IS NOT NULL)),
  CONSTRAINT api_keys_rotation_ck CHECK ((rotated_at IS NULL) = (grace_until IS NULL)
    AND (rotated_at IS NULL) = (replaced_by_id IS NULL)),
  CONSTRAINT api_keys_guest_ck CHECK (principal_type IS NULL
    OR (principal_uuid IS NOT NULL AND expires_at IS NOT NULL)))`;

/** What each pepper makes of one text; nobody finds a pepper by it. */
const peppersUp = `CREATE TABLE dual_id.api_key_peppers (
  version smallint NOT NULL,
  proof bytea NOT NULL,
  CONSTRAINT api_key_peppers_pk PRIMARY KEY (version),
  CONSTRAINT api_key_peppers_proof_ck CHECK (octet_length(proof) = 32))`;

const constraintsUp = [
  `ALTER TABLE dual_id.api_keys ADD CONSTRAINT api_keys_replaced_by_id_fk
     FOREIGN KEY (replaced_by_id) REFERENCES dual_id.api_keys (id)`,
  'CREATE UNIQUE INDEX api_keys_replaced_by_id_uq ON dual_id.api_keys (replaced_by_id)',
  `CREATE UNIQUE INDEX api_keys_imported_hash_uq ON dual_id.api_keys (hash)
     WHERE pepper_version IS NULL`,
  `CREATE INDEX api_keys_principal_uuid_ix
     ON dual_id.api_keys (principal_uuid, created_at)`,
  'CREATE INDEX api_keys_created_at_ix ON dual_id.api_keys (created_at)',
];

/**
 * A new key changes nothing that an instance can know of, unless it is imported and its token was
 * tried before.
 */
const triggersUp = [
  `CREATE CONSTRAINT TRIGGER api_keys_changed AFTER DELETE OR UPDATE OF
     hash, pepper_version, imported_from, environment, scopes, principal_uuid, principal_type,
     expires_at, revoked_at, grace_until
     ON dual_id.api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${noteAccessChange}`,
  `CREATE CONSTRAINT TRIGGER api_keys_imported AFTER INSERT ON dual_id.api_keys
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.pepper_version IS NULL) ${noteAccessChange}`,
  `CREATE TRIGGER api_keys_emptied AFTER TRUNCATE ON dual_id.api_keys
     FOR EACH STATEMENT ${noteAccessChange}`,
];
