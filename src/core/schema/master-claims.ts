import { constraintName, quoteIdentifier, quoteText } from './names.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

type ServiceTable = Pick<DualIdTable, 'table' | 'schema'>;

/**
 * A unique index of a partitioned table must have the partition's key in it, so one of the passport
 * alone is impossible there. The registry holds the claim in its place: one for each service and
 * passport, written and released by triggers that every partition inherits. A second claim waits
 * for the transaction of the first, as it would at an index.
 */
export const masterClaimsUp = [
  `CREATE TABLE dual_id.master_claims (
     master_id bigint NOT NULL,
     service text COLLATE "C" NOT NULL,
     CONSTRAINT master_claims_pk PRIMARY KEY (service, master_id))`,
  `CREATE FUNCTION dual_id.claim_master() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO dual_id.master_claims (service, master_id) VALUES (TG_ARGV[0], NEW.master_id)
       ON CONFLICT DO NOTHING;
     IF NOT FOUND THEN
       RAISE EXCEPTION 'the passport has a row of % already', TG_ARGV[0]
         USING ERRCODE = 'unique_violation', TABLE = TG_ARGV[1], COLUMN = 'master_uuid';
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION dual_id.release_master() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'TRUNCATE' THEN
       DELETE FROM dual_id.master_claims WHERE service = TG_ARGV[0];
     ELSE
       DELETE FROM dual_id.master_claims
         WHERE service = TG_ARGV[0] AND master_id = OLD.master_id;
     END IF;
     RETURN NULL;
   END $$`,
];

export const masterClaimsDown = [
  'DROP FUNCTION dual_id.claim_master()',
  'DROP FUNCTION dual_id.release_master()',
  'DROP TABLE dual_id.master_claims',
];

/** The name under which a table claims passports, as SQL; it stays when the table is renamed. */
export function serviceOf({ table, schema }: ServiceTable): string {
  return quoteText(schema === undefined ? table : `${schema}.${table}`);
}

/** The triggers of claims, and claims as the rows of now need them. */
export function claimsUp(spec: ServiceTable): string[] {
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
