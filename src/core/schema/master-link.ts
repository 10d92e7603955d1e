import { refuseConverting } from './converting.js';
import { guardColumns, linkGuard } from './identity-guard.js';
import { constraintName } from '../sql/constraint-name.js';
import { quoteIdentifier, quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import { readUnique } from './standing-table.js';
import { addConstraint, uniqueColumn } from './table-guards.js';
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
 * Gives passports the key that master links refer to, where they have not got it. It is an index
 * that TypeORM is told to ignore, because a constraint would have to be there always or never.
 */
const addMasterKey = `CREATE UNIQUE INDEX IF NOT EXISTS passports_id_uuid_uq
  ON dual_id.passports (id, uuid)`;

/**
 * Gives a table the link `@MasterLink` maps: `master_id` and `master_uuid`, which name one living
 * passport, one row for each passport, forever. Columns that stand already are kept, and what holds
 * them unique takes the name that the entity maps. It belongs into a migration; the first link of a
 * database gives the registry the key it refers to, for which the role has to own it. For a
 * partitioned table it is called again whenever a partition with rows was attached, detached or
 * dropped.
 */
export async function addMasterLink(runner: SchemaRunner, spec: LinkedTable): Promise<void> {
  const { table } = quoted(spec);
  const trigger = (suffix: string) => quoteIdentifier(constraintName(spec.table, suffix));
  await refuseConverting(runner, spec);
  const unique = spec.partitioned ? [] : await uniqueLink(runner, spec);
  await runAll(runner, [
    addMasterKey,
    `ALTER TABLE ${table}
       ADD COLUMN IF NOT EXISTS master_id bigint NOT NULL,
       ADD COLUMN IF NOT EXISTS master_uuid uuid NOT NULL`,
    `ALTER TABLE ${table}
       ALTER COLUMN master_id SET NOT NULL, ALTER COLUMN master_uuid SET NOT NULL`,
    addConstraint(
      spec,
      'master_id_master_uuid_fk',
      'FOREIGN KEY (master_id, master_uuid) REFERENCES dual_id.passports (id, uuid)',
    ),
    `CREATE OR REPLACE TRIGGER ${trigger('master_linked')} BEFORE INSERT ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.link_master(${serviceOf(spec)})`,
    ...guardColumns(spec, ['master_id', 'master_uuid'], linkGuard),
    ...(spec.partitioned ? claimsUp(spec) : unique),
  ]);
}

async function uniqueLink(runner: SchemaRunner, spec: LinkedTable): Promise<string[]> {
  const statements: string[] = [];
  for (const column of ['master_id', 'master_uuid']) {
    const held = { name: constraintName(spec.table, `${column}_uq`), column };
    statements.push(...uniqueColumn(spec, held, await readUnique(runner, spec, held)));
  }
  return statements;
}

/** The name under which a table claims passports, as SQL; it stays when the table is renamed. */
function serviceOf({ table, schema }: LinkedTable): string {
  return quoteText(schema === undefined ? table : `${schema}.${table}`);
}

/** The triggers of claims, and claims as the rows of now need them. */
function claimsUp(spec: LinkedTable): string[] {
  const { table } = quoted(spec);
  const service = serviceOf(spec);
  const name = (suffix: string) => quoteIdentifier(constraintName(spec.table, suffix));
  return [
    `CREATE INDEX IF NOT EXISTS ${name('master_id_master_uuid_ix')}
       ON ${table} (master_id, master_uuid)`,
    `CREATE OR REPLACE TRIGGER ${name('master_claimed')} AFTER INSERT ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.claim_master(${service}, ${quoteText(spec.table)})`,
    `CREATE OR REPLACE TRIGGER ${name('master_released')} AFTER DELETE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION dual_id.release_master(${service})`,
    `CREATE OR REPLACE TRIGGER ${name('master_cleared')} AFTER TRUNCATE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION dual_id.release_master(${service})`,
    // Rows of a partition that was attached, detached or dropped met no trigger.
    `DELETE FROM dual_id.master_claims WHERE service = ${service}`,
    `INSERT INTO dual_id.master_claims (service, master_id)
       SELECT ${service}, master_id FROM ${table}`,
  ];
}
