import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { personalPlaceDown, personalPlaceUp } from '../../core/schema/personal-place.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';

/** What a person who is erased has sent is forgotten with them. */
const legacySenders = {
  name: 'legacy_senders',
  forget: 'DELETE FROM dual_id.legacy_id_uses WHERE caller = NEW.uuid',
};

/** Creates the table of who still sends old numbers. Called once, by a migration. */
export async function installLegacyIds(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [
    `CREATE TABLE dual_id.legacy_id_uses (
       route text NOT NULL,
       kind text NOT NULL,
       caller uuid NOT NULL,
       count bigint NOT NULL,
       first_seen_at timestamptz NOT NULL,
       last_seen_at timestamptz NOT NULL,
       CONSTRAINT legacy_id_uses_pk PRIMARY KEY (route, kind, caller),
       CONSTRAINT legacy_id_uses_kind_ck
         CHECK (kind IN ('key', 'principal', 'guest', 'nobody', 'others')))`,
    ...personalPlaceUp(legacySenders),
  ]);
  await grantToAll(options, (role) => grantLegacyIds(runner, role));
}

/** Grants an application role what it needs to count who sends old numbers. */
export async function grantLegacyIds(runner: SchemaRunner, role: string): Promise<void> {
  await runner.query(useSchema(role));
  await runner.query(
    `GRANT SELECT, INSERT, UPDATE ON dual_id.legacy_id_uses TO ${quoteIdentifier(role)}`,
  );
}

/** Removes what `installLegacyIds` created. */
export async function uninstallLegacyIds(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [...personalPlaceDown(legacySenders), 'DROP TABLE dual_id.legacy_id_uses']);
}
