import { claimsUp, masterClaimsDown, masterClaimsUp, serviceOf } from './master-claims.js';
import { addMasterKey } from './master-key.js';
import { guardColumns, linkGuard } from './identity-guard.js';
import { constraintName, quoteIdentifier } from './names.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import { addConstraint } from './table-guards.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** A service table whose rows belong to passports. */
export interface LinkedTable extends Pick<DualIdTable, 'table' | 'schema'> {
  /**
   * The table is partitioned, so that no index of its own can hold a passport to one row; the
   * registry does. Default false.
   */
  readonly partitioned?: boolean;
}

/**
 * A row may be inserted with the public id of its passport alone, and only while the passport
 * lives: the lock waits for a delete under way. A row that moves between partitions is deleted
 * and inserted; it has its claim still, and may move whatever became of its passport. Part of
 * version 2.
 */
export const masterLinkUp = [
  ...masterClaimsUp,
  `CREATE FUNCTION dual_id.link_master() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     master record;
   BEGIN
     SELECT id, status INTO master FROM dual_id.passports WHERE uuid = NEW.master_uuid FOR SHARE;
     IF master.status = 'deleted' AND NOT EXISTS (SELECT FROM dual_id.master_claims
          WHERE service = TG_ARGV[0] AND master_id = master.id) THEN
       master.id := NULL;
     END IF;
     NEW.master_id := coalesce(NEW.master_id, master.id);
     PERFORM dual_id.required(master.id, 'masterUuid');
     RETURN NEW;
   END $$`,
];

export const masterLinkDown = ['DROP FUNCTION dual_id.link_master()', ...masterClaimsDown];

/**
 * Gives a table the link `@MasterLink` maps: `master_id` and `master_uuid`, which name one living
 * passport, one row for each passport, forever. It belongs into a migration; the first link of a
 * database gives the registry the key it refers to, for which the role has to own it. For a
 * partitioned table it is called again whenever a partition with rows was attached, detached or
 * dropped.
 */
export async function addMasterLink(runner: SchemaRunner, spec: LinkedTable): Promise<void> {
  const { table } = quoted(spec);
  const trigger = (suffix: string) => quoteIdentifier(constraintName(spec.table, suffix));
  await runAll(runner, [
    addMasterKey,
    `ALTER TABLE ${table}
       ADD COLUMN IF NOT EXISTS master_id bigint NOT NULL,
       ADD COLUMN IF NOT EXISTS master_uuid uuid NOT NULL`,
    addConstraint(
      spec,
      'master_id_master_uuid_fk',
      'FOREIGN KEY (master_id, master_uuid) REFERENCES dual_id.passports (id, uuid)',
    ),
    `CREATE OR REPLACE TRIGGER ${trigger('master_linked')} BEFORE INSERT ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.link_master(${serviceOf(spec)})`,
    ...guardColumns(spec, ['master_id', 'master_uuid'], linkGuard),
    ...(spec.partitioned ? claimsUp(spec) : uniqueLink(spec)),
  ]);
}

function uniqueLink(spec: LinkedTable): string[] {
  return [
    addConstraint(spec, 'master_id_uq', 'UNIQUE (master_id)'),
    addConstraint(spec, 'master_uuid_uq', 'UNIQUE (master_uuid)'),
  ];
}
