import { constraintName, quoteIdentifier } from './names.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import { addConstraint } from './table-guards.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** A service table whose rows belong to passports. */
export type LinkedTable = Pick<DualIdTable, 'table' | 'schema'>;

/** A row may be inserted with the public id of its passport alone. Part of version 2. */
export const masterLinkUp = [
  `CREATE FUNCTION dual_id.fill_master_id() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     NEW.master_id := dual_id.required(
       (SELECT id FROM dual_id.passports WHERE uuid = NEW.master_uuid), 'masterUuid');
     RETURN NEW;
   END $$`,
];

export const masterLinkDown = ['DROP FUNCTION dual_id.fill_master_id()'];

/**
 * Gives a table the link `@MasterLink` maps: `master_id` and `master_uuid`, which name one
 * passport or nothing at all, one row for each passport, for ever. It belongs into a migration.
 */
export async function addMasterLink(runner: SchemaRunner, spec: LinkedTable): Promise<void> {
  const { table } = quoted(spec);
  const trigger = (suffix: string) => quoteIdentifier(constraintName(spec.table, suffix));
  await runAll(runner, [
    `ALTER TABLE ${table}
       ADD COLUMN IF NOT EXISTS master_id bigint NOT NULL,
       ADD COLUMN IF NOT EXISTS master_uuid uuid NOT NULL`,
    addConstraint(spec, 'master_id_uq', 'UNIQUE (master_id)'),
    addConstraint(spec, 'master_uuid_uq', 'UNIQUE (master_uuid)'),
    addConstraint(
      spec,
      'master_id_master_uuid_fk',
      'FOREIGN KEY (master_id, master_uuid) REFERENCES dual_id.passports (id, uuid)',
    ),
    `CREATE OR REPLACE TRIGGER ${trigger('master_id')} BEFORE INSERT ON ${table}
       FOR EACH ROW WHEN (NEW.master_id IS NULL) EXECUTE FUNCTION dual_id.fill_master_id()`,
    `CREATE OR REPLACE TRIGGER ${trigger('master_kept')}
       BEFORE UPDATE OF master_id, master_uuid ON ${table}
       FOR EACH ROW WHEN ((OLD.master_id, OLD.master_uuid)
         IS DISTINCT FROM (NEW.master_id, NEW.master_uuid))
       EXECUTE FUNCTION dual_id.refuse_identity_change()`,
  ]);
}
